package dev.oar.pipeline;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.artifact.OrderNetworkFiles;
import dev.oar.config.RecipeWriter;
import dev.oar.config.Require;
import dev.oar.config.Spelling;
import dev.oar.data.ImageCaptions;
import dev.oar.data.ImageFolder;
import dev.oar.data.MeanRanks;
import dev.oar.data.MeasuredTokens;
import dev.oar.data.OrderShards;
import dev.oar.data.RecordedOrder;
import dev.oar.data.Split;
import dev.oar.data.TokenShards;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.evaluate.Interval;
import dev.oar.evaluate.OrderAgreement;
import dev.oar.extract.ExtractionConfig;
import dev.oar.extract.OrderExtractor;
import dev.oar.measure.MeasurementListener;
import dev.oar.model.AnyOrderModel;
import dev.oar.model.OrderNetwork;
import dev.oar.model.OrderNetworkConfig;
import dev.oar.model.TrainedOrders;
import dev.oar.order.GenerationOrder;
import dev.oar.tensor.Device;
import dev.oar.tensor.LibTorch;
import dev.oar.tokenizer.ImageTokenizer;
import dev.oar.train.OrderNetworkTraining;
import dev.oar.train.StepReport;
import dev.oar.train.TrainingConfig;
import dev.oar.train.TrainingListener;
import dev.oar.train.TrainingLogs;
import dev.oar.train.TrainingLoop;
import dev.oar.train.TrainingResult;
import dev.oar.train.TrainingView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Gives a model folder an order network: the model extracts the orders of some images, a network is trained on those of training images,
 * and compared with those of held-out ones.
 *
 * <p>Tokens, orders and checkpoints go to a directory of their own; run again after an interruption, it goes on where it was.
 */
public final class OrderDistillation {
    private static final int COMPARISON_BATCH = 64;
    private static final int EXTRACTION_BATCH = 32;

    /** At most so many are extracted again after an interruption. */
    private static final int IMAGES_PER_SHARD = 128;

    private final ModelFolder folder;
    private final ImageFolder images;
    private final Settings settings;
    private final Device device;
    private final MeasurementListener listener;
    private final TrainingLogs logs;

    /**
     * How orders are distilled.
     *
     * @param arm the transformer whose orders are extracted
     * @param confidence the measure that they are extracted by
     * @param trainingImages how many training images, at most
     * @param heldOutImages how many test images the network is compared on, at most
     * @param network sizes of the network
     * @param learning what it learns
     * @param training how it is trained
     */
    public record Settings(
            Arm arm,
            ConfidenceMeasure confidence,
            int trainingImages,
            int heldOutImages,
            OrderNetworkConfig network,
            OrderNetworkTraining.Settings learning,
            TrainingConfig training) {
        /** Checks the ranges, and that the orders can be reproduced in drawing. */
        public Settings {
            Require.that(
                    trainingImages >= 1 && heldOutImages >= 1,
                    "an order network is trained on at least 1 image and compared on at least 1, but was given %s and %s",
                    trainingImages,
                    heldOutImages);
            Require.that(
                    !confidence.needsGroundTruth(),
                    "%s looks at the answer, so that no network can learn its orders; choose %s",
                    confidence.word(),
                    ConfidenceMeasure.wordsForDrawing());
        }
    }

    /**
     * What came of it: mean Kendall tau to the extracted orders of the held-out images, whose tokens are seen as they are filled.
     *
     * @param images how many images were held out
     * @param network of the orders of the network
     * @param meanRanks of the order of the mean ranks of each class, or of all images where captions take the place of classes
     */
    public record Agreement(int images, Interval network, Interval meanRanks) {}

    private record Side(TokenShards tokens, OrderShards orders, List<int[]> conditionIds) {
        int[] idsOf(int condition) {
            return conditionIds.get(condition);
        }
    }

    /**
     * A distillation.
     *
     * @param folder the model, which receives the network
     * @param images the images, in the classes of the model; they stay the caller's
     * @param logs what is written of the training besides its metrics
     * @throws IllegalArgumentException if the model draws in raster order only, or there are no images of its size on both sides
     */
    public OrderDistillation(
            ModelFolder folder,
            ImageFolder images,
            Settings settings,
            Device device,
            MeasurementListener listener,
            TrainingLogs logs) {
        Require.that(
                folder.manifest().transformer().trainedOrders() == TrainedOrders.ANY,
                "orders are extracted by any-order models, but %s was trained for raster order only; choose another model",
                folder.manifest().name());
        int side = folder.manifest().tokenizer().imageSize();
        Require.that(
                images.config().imageSize() == side
                        && images.trainIndices().length > 0
                        && images.testIndices().length > 0,
                "an order network needs training and test images of %s pixels, but there are %s and %s of %s; name the"
                        + " recipe that the model was made by",
                side,
                images.trainIndices().length,
                images.testIndices().length,
                images.config().imageSize());
        this.folder = folder;
        this.images = images;
        this.settings = settings;
        this.device = device;
        this.listener = listener;
        this.logs = logs;
    }

    /** Extracts, trains, compares, and puts the network into the model folder. */
    public Agreement run(Path directory) throws IOException {
        LibTorch.load();
        Side train = side(Split.TRAIN, settings.trainingImages(), directory);
        Side test = side(Split.TEST, settings.heldOutImages(), directory);
        OrderNetwork.Inputs inputs = OrderNetwork.Inputs.of(
                folder.manifest().space(), folder.manifest().transformer());
        try (OrderNetwork initial = device.compute(() -> OrderNetwork.initialise(
                settings.network(), inputs, settings.training().seed()))) {
            OrderNetworkTraining task = new OrderNetworkTraining(
                    initial,
                    train.tokens(),
                    new RecordedOrder(train.orders()),
                    train::idsOf,
                    settings.learning(),
                    settings.training());
            Path training = directory.resolve("training");
            List<TrainingListener> listeners = new ArrayList<>();
            listeners.add(new Progress());
            listeners.addAll(logs.of(training, settings.training(), task, RecipeWriter.write(settings.training())));
            try (TrainingResult result = TrainingLoop.run(settings.training(), task, training, listeners);
                    OrderNetwork network = new OrderNetwork(
                            settings.network(), inputs, result.weights().copy())) {
                Agreement agreement = agreement(network, test, train.orders().allMeanRanks());
                var unused = OrderNetworkFiles.write(
                        folder,
                        network,
                        new OrderNetworkFiles.Origin(
                                Spelling.word(settings.confidence()),
                                folder.fingerprint(ModelFolder.fileName(settings.arm())),
                                train.tokens().count()));
                return agreement;
            }
        }
    }

    /** Tokens and orders of some images of a side of the split, spread over it. */
    private Side side(Split split, int most, Path directory) throws IOException {
        int[] all = images.indices(split);
        int count = Math.min(most, all.length);
        int[] indices = IntStream.range(0, count)
                .map(i -> all[(int) ((long) i * all.length / count)])
                .toArray();
        Path tokens = directory.resolve("tokens").resolve(split.label());
        try (ImageTokenizer tokenizer = folder.tokenizer(device)) {
            new ImageTokens(images, images.fingerprint(), tokenizer, folder.fingerprint(ModelFolder.TOKENIZER))
                    .write(split, indices, tokens, done -> listener.progress(split.label() + " tokens", done, count));
        }
        TokenShards written = TokenShards.open(tokens);
        if (!folder.drawsFromCaptions()) {
            try (AnyOrderModel model = (AnyOrderModel) folder.transformer(settings.arm(), device)) {
                return extracted(model, split, written, directory);
            }
        }
        ImageCaptions captions = ImageCaptions.of(images, indices);
        try (AnyOrderModel model =
                (AnyOrderModel) folder.transformer(settings.arm(), device, captions.captions(), Optional.empty())) {
            return extracted(model, split, written.drawnFrom(captions), directory);
        }
    }

    private Side extracted(AnyOrderModel model, Split split, TokenShards tokens, Path directory) throws IOException {
        OrderExtractor extractor = new OrderExtractor(
                model,
                folder.fingerprint(ModelFolder.fileName(settings.arm())),
                ExtractionConfig.of(settings.confidence()).withBatches(EXTRACTION_BATCH, IMAGES_PER_SHARD));
        OrderShards orders = extractor.extract(
                tokens,
                directory.resolve("orders").resolve(split.label()),
                done -> listener.progress(split.label() + " orders", done, tokens.count()));
        List<int[]> ids = IntStream.range(0, tokens.conditionCount())
                .mapToObj(model::conditionIds)
                .toList();
        return new Side(tokens, orders, ids);
    }

    private Agreement agreement(OrderNetwork network, Side test, MeanRanks ranks) {
        TokenShards tokens = test.tokens();
        List<GenerationOrder> recorded = IntStream.range(0, tokens.count())
                .mapToObj(test.orders()::order)
                .toList();
        MeanRanks used = folder.drawsFromCaptions() ? ranks.overallAlone() : ranks;
        List<GenerationOrder> mean = IntStream.range(0, tokens.count())
                .mapToObj(image -> used.order(tokens.condition(image)))
                .toList();
        List<GenerationOrder> found =
                OrderAgreement.orders(network, MeasuredTokens.of(tokens), test::idsOf, COMPARISON_BATCH);
        return new Agreement(
                tokens.count(),
                OrderAgreement.tau(tokens.families(), found, recorded),
                OrderAgreement.tau(tokens.families(), mean, recorded));
    }

    private final class Progress implements TrainingListener {
        @Override
        public void onStep(StepReport report, TrainingView view) {
            listener.progress("training", report.step(), report.steps());
        }
    }
}
