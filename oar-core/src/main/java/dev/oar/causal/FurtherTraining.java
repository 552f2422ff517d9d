package dev.oar.causal;

import java.util.List;

/** How the any-order model is trained further: equal steps on equal pictures, in other orders. */
enum FurtherTraining {
    /** Fresh uniform random orders; it is measured in all orders that the others have. */
    CONTROL("further random", StudiedOrder.RASTER, StudiedOrder.MOST_CONFIDENT, StudiedOrder.INFORMATIVE),
    /** The orders that the any-order model gives, most confident first. */
    MOST_CONFIDENT("most confident", StudiedOrder.MOST_CONFIDENT),
    /** The exact orders, most informative first. */
    INFORMATIVE("informative", StudiedOrder.INFORMATIVE),
    /** Row by row. */
    RASTER("raster", StudiedOrder.RASTER);

    private final String word;
    private final List<StudiedOrder> filled;

    FurtherTraining(String word, StudiedOrder... filled) {
        this.word = word;
        this.filled = List.of(filled);
    }

    /** The name in tables; that of the orders, too, in which it is specialised. */
    String word() {
        return word;
    }

    /** The name of its folder. */
    String folder() {
        return word.replace(' ', '-');
    }

    /** The orders in which it fills several cells a step. */
    List<StudiedOrder> filled() {
        return filled;
    }
}
