package dev.oar.causal;

import dev.oar.image.ContactSheet;
import dev.oar.image.OrderHeatMap;
import dev.oar.image.RgbImage;
import dev.oar.order.GenerationOrder;
import dev.oar.report.Block;
import dev.oar.report.Picture;
import dev.oar.report.PictureGrid;
import dev.oar.scene.SceneGenerator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The pictures of a study: scenes, where orders begin and end, and what models draw. */
final class SceneGallery {
    private static final int SHOWN = 24;
    private static final int COLUMNS = 12;
    private static final int SCALE = 2;
    private static final int CELL = 14;

    private final SceneGenerator generator;
    private final ScenePictures heldOut;
    private final Map<String, double[]> ranks = new LinkedHashMap<>();
    private final Map<String, RgbImage> sheets = new LinkedHashMap<>();

    SceneGallery(SceneGenerator generator, ScenePictures heldOut) {
        this.generator = generator;
        this.heldOut = heldOut;
    }

    /** Keeps the mean ranks of orders. */
    void orders(String name, List<GenerationOrder> orders) {
        ranks.put(name, OrderHeatMap.meanRanks(orders));
    }

    /** Keeps some drawn pictures, of the first training. */
    void drawn(String arm, String drawing, int[][] pictures) {
        if (arm.equals(SceneStudy.ANY_ORDER)) {
            sheets.putIfAbsent(drawing, sheet(pictures));
        }
    }

    /** A sheet of the first pictures. */
    RgbImage sheet(int[][] pictures) {
        return ContactSheet.of(
                Arrays.stream(pictures).limit(SHOWN).map(generator::picture).toList(), COLUMNS, SCALE);
    }

    /** The gallery as parts of a page. */
    List<Block> blocks() {
        RgbImage scenes = sheet(heldOut.tokens());
        RgbImage maps =
                OrderHeatMap.row(ranks, generator.grid(), OrderHeatMap.RankScale.covering(ranks.values()), CELL);
        List<Picture> drawn = new ArrayList<>();
        sheets.forEach((drawing, sheet) -> drawn.add(
                Picture.of(sheet, sheet.width(), drawing, "pictures drawn by the any-order model, " + drawing)));
        return List.of(
                new PictureGrid(
                        "Held-out pictures.",
                        List.of(Picture.of(scenes, scenes.width(), "", "scenes of houses, trees, sun and shadows"))),
                new PictureGrid(
                        "Mean rank of every cell over the held-out pictures; bright cells are filled first.",
                        List.of(Picture.of(
                                maps, maps.width(), "", "mean ranks of the exact and the extracted orders"))),
                new PictureGrid("Drawn by the any-order model of the first training.", drawn));
    }
}
