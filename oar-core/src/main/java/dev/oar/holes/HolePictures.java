package dev.oar.holes;

import dev.oar.edit.PixelMask;
import dev.oar.image.RgbImage;
import dev.oar.report.Picture;
import dev.oar.report.PictureTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The first images with a hole, and what it was filled with. */
final class HolePictures {
    private static final int WIDTH = 64;
    private static final byte GREY = (byte) 0x90;

    private HolePictures() {}

    /**
     * A row for the images, one for what can be seen of them, and one for each filling.
     *
     * @param scores by name of what holes were filled with
     */
    static PictureTable of(HoledImages holed, Map<String, HoleScores> scores) throws IOException {
        HoledBatch batch = holed.batch(0);
        int shown = Math.min(HoleScores.SHOWN, batch.size());
        List<RgbImage> images = batch.pictures().subList(0, shown);
        List<PictureTable.Row> rows = new ArrayList<>();
        rows.add(row("image", images));
        rows.add(row(
                "what is known",
                images.stream()
                        .map(image -> covered(image, batch.hole().mask()))
                        .toList()));
        scores.forEach((name, ofName) -> rows.add(row(name, ofName.shown().subList(0, shown))));
        return new PictureTable(
                holed.label() + ": the first images, and what their holes were filled with.",
                IntStream.rangeClosed(1, shown).mapToObj(Integer::toString).toList(),
                rows);
    }

    private static PictureTable.Row row(String name, List<RgbImage> images) {
        return new PictureTable.Row(
                "",
                name,
                images.stream()
                        .map(image -> List.of(Picture.of(image, Math.max(WIDTH, image.width()), "", name)))
                        .toList());
    }

    private static RgbImage covered(RgbImage image, PixelMask mask) {
        byte[] grey = new byte[image.rgb().length];
        Arrays.fill(grey, GREY);
        return HoledBatch.composite(image, new RgbImage(image.width(), image.height(), grey), mask);
    }
}
