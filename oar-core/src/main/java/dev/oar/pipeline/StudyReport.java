package dev.oar.pipeline;

import dev.oar.config.RecipeWriter;
import dev.oar.generate.DrawingOrder;
import dev.oar.image.OrderHeatMap;
import dev.oar.image.OrderHeatMap.RankScale;
import dev.oar.image.RgbImage;
import dev.oar.measure.DrawnSamples;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.report.Block;
import dev.oar.report.Details;
import dev.oar.report.KeyValues;
import dev.oar.report.Picture;
import dev.oar.report.PictureTable;
import dev.oar.study.SeedResults;
import dev.oar.study.StudyArm;
import dev.oar.study.StudyPage;
import dev.oar.study.StudyPlan;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The page of a finished study. */
final class StudyReport {
    private static final int SHOWN_WIDTH = 64;

    private final StudyPlan plan;
    private final Recipe recipe;
    private final List<SeedResults> results;

    StudyReport(StudyPlan plan, Recipe recipe, List<SeedResults> results) {
        this.plan = plan;
        this.recipe = recipe;
        this.results = results;
    }

    /**
     * The page.
     *
     * @param arms the arms of the seed whose pictures are shown
     * @param orders what recorded orders are like
     */
    String html(Map<StudyArm, StudyMeasurementStage> arms, List<Block> orders, Map<String, String> provenance)
            throws IOException {
        List<Block> pictures = new ArrayList<>();
        Map<String, String> times = new LinkedHashMap<>();
        for (Map.Entry<StudyArm, StudyMeasurementStage> arm : arms.entrySet()) {
            for (Stage stage : arm.getValue().withNeeds()) {
                times.put(
                        arm.getKey().name() + ", " + stage.name().label(),
                        stage.result().time());
            }
        }
        pictures.add(samples(arms));
        return new StudyPage(plan, results, cells(arms))
                .html(
                        orders,
                        pictures,
                        List.of(
                                new KeyValues(times),
                                new Details("The plan", RecipeWriter.write(plan)),
                                new Details("The recipe", RecipeWriter.write(recipe))),
                        provenance);
    }

    private static int cells(Map<StudyArm, StudyMeasurementStage> arms) throws IOException {
        return arms.values().iterator().next().drawing().grid().cells();
    }

    /** The first images of every arm in its own order, and when its cells are filled on average. */
    private PictureTable samples(Map<StudyArm, StudyMeasurementStage> arms) throws IOException {
        int shown = recipe.evaluation().shown();
        List<String> columns = new ArrayList<>(List.of("mean rank"));
        List<PictureTable.Row> rows = new ArrayList<>();
        for (Map.Entry<StudyArm, StudyMeasurementStage> arm : arms.entrySet()) {
            if (columns.size() == 1) {
                columns.addAll(arm.getValue().drawing().conditions().names().subList(0, shown));
            }
            DrawingOrder own = arm.getKey().ownOrder();
            try (ImageTokenizer network = arm.getValue().tokenizer()) {
                DrawnSamples samples = arm.getValue().drawing().samples(own.label());
                List<List<Picture>> cells = new ArrayList<>();
                cells.add(
                        List.of(Picture.of(meanRanks(samples.orders(), network.grid()), SHOWN_WIDTH, "", "mean rank")));
                List<RgbImage> images = arm.getValue().images(network, samples, shown);
                for (int i = 0; i < images.size(); i++) {
                    cells.add(List.of(
                            Picture.of(images.get(i), SHOWN_WIDTH, "", String.format(Locale.ROOT, "image %d", i))));
                }
                rows.add(new PictureTable.Row("", arm.getKey().name() + ", " + own.label(), cells));
            }
        }
        return new PictureTable(
                "The first samples of every arm in its own order, not chosen; everything in a column has one seed, one index and one"
                        + " condition. On the left the mean rank of every cell in the orders they were drawn in.",
                columns,
                rows);
    }

    private static RgbImage meanRanks(List<GenerationOrder> orders, TokenGrid grid) {
        double[] ranks = new double[grid.cells()];
        for (GenerationOrder order : orders) {
            int[] ofImage = order.inverse();
            for (int cell = 0; cell < ranks.length; cell++) {
                ranks[cell] += (double) ofImage[cell] / orders.size();
            }
        }
        return OrderHeatMap.map(ranks, grid, RankScale.full(grid), 1);
    }
}
