package dev.oar.pipeline;

import dev.oar.artifact.Arm;
import dev.oar.data.ImageFolder;
import dev.oar.data.ImageSource;
import dev.oar.data.MeanRanks;
import dev.oar.data.OrderShards;
import dev.oar.data.Split;
import dev.oar.data.TokenShards;
import dev.oar.evaluate.FeatureExtraction;
import dev.oar.evaluate.FeatureSet;
import dev.oar.evaluate.NearestNeighbours;
import dev.oar.feature.FeatureClassifier;
import dev.oar.generate.Drawing;
import dev.oar.image.Animation;
import dev.oar.image.ContactSheet;
import dev.oar.image.OrderHeatMap;
import dev.oar.image.OrderHeatMap.RankScale;
import dev.oar.image.RgbImage;
import dev.oar.measure.DrawnSamples;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.report.Block;
import dev.oar.report.Paragraph;
import dev.oar.report.Picture;
import dev.oar.report.PictureGrid;
import dev.oar.report.PictureTable;
import dev.oar.report.RankLegend;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The pictures of a report: samples with their orders, order maps, reconstructions, nearest training images. */
final class ReportPictures {
    private static final int SHOWN_WIDTH = 64;
    private static final int RECONSTRUCTIONS = 16;
    private static final int ANIMATED = 4;

    private final Stage stage;
    private final TokenizerStage tokenizer;
    private final FeaturesStage features;
    private final ExtractionStage extraction;
    private final EvaluationStage evaluation;
    private final TokenGrid grid;

    ReportPictures(
            Stage stage,
            TokenizerStage tokenizer,
            FeaturesStage features,
            ExtractionStage extraction,
            EvaluationStage evaluation)
            throws IOException {
        this.stage = stage;
        this.tokenizer = tokenizer;
        this.features = features;
        this.extraction = extraction;
        this.evaluation = evaluation;
        this.grid = tokenizer.config().grid();
    }

    /** Samples of every arm under every drawing, each above the order it was drawn in. */
    List<Block> samples() throws IOException {
        EvaluationSection section = stage.recipe().evaluation();
        int shown = section.shown();
        List<String> columns = evaluation.conditions().names().subList(0, shown);
        List<PictureTable.Row> rows = new ArrayList<>();
        try (ImageTokenizer network = tokenizer.tokenizer()) {
            for (Drawing drawing : section.drawings()) {
                for (ArmStage arm : evaluation.arms()) {
                    DrawnSamples samples = evaluation.samples(arm.arm(), drawing);
                    rows.add(new PictureTable.Row(
                            drawing.order().label(),
                            arm.arm().label(),
                            cells(samples, samples.images(network, shown, section.batchSize()))));
                }
            }
        }
        return List.of(
                new PictureTable(
                        "The first samples, not chosen. Everything in a column has one seed, one index and one "
                                + (stage.context().drawsFromCaptions() ? "caption" : "class") + ";"
                                + " under each image stands the order its cells were drawn in.",
                        columns,
                        rows),
                new RankLegend(RankScale.full(grid)),
                animation());
    }

    private List<List<Picture>> cells(DrawnSamples samples, List<RgbImage> images) {
        List<List<Picture>> cells = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            GenerationOrder order = samples.orders().get(i);
            RgbImage map = OrderHeatMap.map(OrderHeatMap.ranks(order), grid, RankScale.full(grid), 1);
            cells.add(List.of(
                    Picture.of(images.get(i), SHOWN_WIDTH, "", "image " + i),
                    Picture.of(map, SHOWN_WIDTH, "", "order of image " + i)));
        }
        return cells;
    }

    private Block animation() throws IOException {
        EvaluationSection section = stage.recipe().evaluation();
        Drawing noisy = section.noisyDrawing();
        List<Picture> pictures = new ArrayList<>();
        try (ImageTokenizer network = tokenizer.tokenizer()) {
            DrawnSamples samples = evaluation.samples(Arm.SPECIALISED, noisy);
            List<RgbImage> images = samples.images(network, Math.min(ANIMATED, section.shown()), section.batchSize());
            for (int i = 0; i < images.size(); i++) {
                List<RgbImage> frames = Animation.appearing(
                        images.get(i), samples.orders().get(i), grid, Math.max(1, grid.cells() / 64));
                int scale = Math.max(1, 128 / images.get(i).width());
                byte[] gif = Animation.gif(frames, scale, Duration.ofMillis(60), Duration.ofMillis(1500));
                pictures.add(Picture.ofGif(gif, 128, "", "image " + i + " appearing cell by cell"));
            }
        }
        return new PictureGrid(
                "The specialised model drawing in " + noisy.order().label() + " order, cell by cell.", pictures);
    }

    /** When cells are filled on average, by class, in the orders extracted from the training images. */
    List<Block> orders() throws IOException {
        OrderShards orders = extraction.orders(Split.TRAIN);
        MeanRanks ranks = orders.allMeanRanks();
        List<double[]> maps = new ArrayList<>();
        maps.add(ranks.overall());
        List<String> names = new ArrayList<>(List.of("all classes"));
        for (int i = 0; i < ranks.classes().size(); i++) {
            double[] ofClass = ranks.ofClass(i);
            if (!Double.isNaN(ofClass[0])) {
                maps.add(ofClass);
                names.add(ranks.classes().get(i));
            }
        }
        RankScale scale = RankScale.covering(maps);
        List<Picture> pictures = new ArrayList<>();
        for (int i = 0; i < maps.size(); i++) {
            pictures.add(Picture.of(
                    OrderHeatMap.map(maps.get(i), grid, scale, 1), 96, names.get(i), "mean rank of " + names.get(i)));
        }
        return List.of(
                new PictureGrid(
                        "Mean rank of each cell in the orders that the any-order model extracted from "
                                + (extraction.isFreeRunning() ? "images that it drew itself" : "the training images")
                                + ", by class (confidence: " + orders.set().measure() + ").",
                        pictures),
                new RankLegend(scale),
                extractedOrders(orders));
    }

    private Block extractedOrders(OrderShards orders) throws IOException {
        int count = Math.min(8, orders.count());
        int[] places = new int[count];
        Arrays.setAll(places, i -> (int) ((long) i * orders.count() / count));
        boolean known =
                !extraction.isFreeRunning() && stage.recipe().data().codes().isEmpty();
        List<RgbImage> images = known ? trainingImages(places) : drawnImages(places);
        int scale = Math.max(1, 128 / stage.recipe().data().imageSize());
        List<Picture> pictures = new ArrayList<>();
        String what = extraction.isFreeRunning() ? "image that the model drew" : "training image";
        for (int i = 0; i < count; i++) {
            RgbImage overlay = OrderHeatMap.overlay(images.get(i), orders.order(places[i]), grid, scale);
            pictures.add(Picture.of(overlay, overlay.width(), "", "extracted order of " + what + " " + places[i]));
        }
        return new PictureGrid(
                "Extracted orders of some "
                        + (extraction.isFreeRunning() ? "images that the model drew" : "training images")
                        + "; the numbers count steps.",
                pictures);
    }

    private List<RgbImage> trainingImages(int[] places) throws IOException {
        ImageFolder images = stage.context().images();
        List<RgbImage> pixels = new ArrayList<>();
        for (int place : places) {
            pixels.add(images.pixels(images.trainIndices()[place]));
        }
        return pixels;
    }

    private List<RgbImage> drawnImages(int[] places) throws IOException {
        TokenShards drawn = extraction.tokens(Split.TRAIN);
        int[][] tokens =
                Arrays.stream(places).mapToObj(place -> drawn.tokens(place, 0)).toArray(int[][]::new);
        try (ImageTokenizer network = tokenizer.tokenizer()) {
            return network.images(tokens);
        }
    }

    /** Test images beside what the tokenizer makes of them. */
    List<Block> reconstructions() throws IOException {
        ImageFolder images = stage.context().images();
        int[] test = images.testIndices().length > 0 ? images.testIndices() : images.trainIndices();
        int count = Math.min(RECONSTRUCTIONS, test.length);
        List<RgbImage> originals = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            originals.add(images.pixels(test[(int) ((long) i * test.length / count)]));
        }
        List<RgbImage> decoded;
        try (ImageTokenizer network = tokenizer.tokenizer()) {
            decoded = network.images(network.tokens(originals));
        }
        List<RgbImage> both = new ArrayList<>(originals);
        both.addAll(decoded);
        RgbImage sheet =
                ContactSheet.of(both, count, Math.max(1, 64 / originals.get(0).width()));
        return List.of(new PictureGrid(
                "Test images (above) and their reconstructions from tokens (below): the best that any model on this"
                        + " tokenizer can draw.",
                List.of(Picture.of(sheet, sheet.width(), "", "originals and reconstructions"))));
    }

    /** Samples of the specialised model beside the nearest training image in feature space, so that memorisation shows. */
    List<Block> nearest() throws IOException {
        EvaluationSection section = stage.recipe().evaluation();
        Drawing noisy = section.noisyDrawing();
        ImageSource training = stage.context().source(Split.TRAIN);
        try (ImageTokenizer network = tokenizer.tokenizer();
                FeatureClassifier classifier = features.network()) {
            List<RgbImage> images =
                    evaluation.samples(Arm.SPECIALISED, noisy).images(network, section.shown(), section.batchSize());
            FeatureSet drawn = FeatureExtraction.of(classifier, ImageSource.of(images), section.batchSize());
            FeatureSet known = FeatureExtraction.of(
                    classifier,
                    training,
                    section.batchSize(),
                    done -> stage.progress("nearest training images", done, training.count()));
            NearestNeighbours nearest = NearestNeighbours.of(drawn, known);
            List<RgbImage> both = new ArrayList<>(images);
            for (int row : nearest.rows()) {
                both.add(training.image(row));
            }
            RgbImage sheet = ContactSheet.of(
                    both, images.size(), Math.max(1, 64 / images.get(0).width()));
            return List.of(
                    new PictureGrid(
                            "Samples of the specialised model (above, "
                                    + noisy.order().label()
                                    + ") and the nearest training image of each in feature space (below).",
                            List.of(Picture.of(sheet, sheet.width(), "", "samples and nearest training images"))),
                    new Paragraph(
                            "The table above gives the fraction of samples that lie nearer to a training image than the"
                                    + " nearest hundredth of the test images do, families weighted equally: about 0.01 for"
                                    + " a model that does not copy."));
        }
    }
}
