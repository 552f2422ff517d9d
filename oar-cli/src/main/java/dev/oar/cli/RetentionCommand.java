package dev.oar.cli;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.config.RecipeReader;
import dev.oar.data.ImageFolder;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.FeatureClassifier;
import dev.oar.evaluate.FeatureFiles;
import dev.oar.measure.AnyOrderRetention;
import dev.oar.measure.MeasuredModel;
import dev.oar.measure.MeasurementFolder;
import dev.oar.measure.RetentionConfig;
import dev.oar.model.AnyOrderModel;
import dev.oar.model.TrainedOrders;
import dev.oar.pipeline.Recipe;
import dev.oar.tensor.Device;
import dev.oar.tensor.LibTorch;
import dev.oar.tensor.WeightFormat;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures how much any-order ability models have, and what further training changed of it. */
@Command(
        name = "retention",
        sortOptions = false,
        description = {
            "Measures how much any-order ability is left: bits per token of held-out images under random, raster, extracted and"
                    + " dynamic orders and in holes, and the distances of drawn images by order.",
            "",
            "The arms of one model are compared with its any-order one; of several models each is compared with the first, which"
                    + " makes a table of before and after. DIR receives results.json, results.csv and report.html."
        })
final class RetentionCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Interruption interruption;
    private final BundledModels bundled;

    @Parameters(
            paramLabel = "RECIPE",
            description = "The recipe whose test images are held out, a YAML file; a run directory holds one.")
    private Path recipe = Path.of("");

    @Option(
            names = "--model",
            required = true,
            paramLabel = "NAME|DIR",
            description = "A bundled model, a model folder or a run directory; again for each further model.")
    private List<String> models = List.of();

    @Option(
            names = "--arm",
            paramLabel = "ARM",
            description =
                    "any-order, control or specialised; again for each further one (default: all of one model, the"
                            + " specialised one of several).")
    private List<Arm> arms = List.of();

    @Option(
            names = "--weight-format",
            paramLabel = "FORMAT",
            description =
                    "float32, bfloat16 or int8: how weights are kept; again for each further format, which are then"
                            + " measured side by side (default: float32).")
    private List<WeightFormat> formats = List.of(WeightFormat.FLOAT32);

    @Option(
            names = "--samples",
            paramLabel = "N",
            defaultValue = "256",
            description = "Images drawn per model and order, 0 for none (default: ${DEFAULT-VALUE}).")
    private int samples = 256;

    @Option(
            names = "--batch-size",
            paramLabel = "B",
            defaultValue = "32",
            description = "Images per forward pass (default: ${DEFAULT-VALUE}).")
    private int batchSize = 32;

    @Option(
            names = "--subsamples",
            paramLabel = "N",
            defaultValue = "40",
            description = "Subsamples behind every interval (default: ${DEFAULT-VALUE}).")
    private int subsamples = 40;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Seed of orders, drawings and subsamples (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Mixin
    private DeviceOption deviceOption = new DeviceOption();

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where results go.")
    private Path out = Path.of("");

    RetentionCommand(Terminal terminal, Interruption interruption, BundledModels bundled) {
        this.terminal = terminal;
        this.interruption = interruption;
        this.bundled = bundled;
    }

    @Override
    public Integer call() throws IOException {
        RetentionConfig config =
                new RetentionConfig(samples, batchSize, ConfidenceMeasure.NEGATIVE_ENTROPY, 1, subsamples, seed);
        List<ModelFolder> folders = new ArrayList<>();
        for (String model : models) {
            folders.add(bundled.find(model));
        }
        Device device = deviceOption.device();
        ModelFolder first = folders.get(0);
        for (ModelFolder folder : folders) {
            requireSameTokenizer(first, folder);
        }
        Recipe measured = RecipeReader.read(recipe, Recipe.class);
        Path base = recipe.toAbsolutePath().normalize().getParent();
        LibTorch.load();
        try (ImageFolder images = ImageFolder.open(
                        measured.data(),
                        base == null ? Path.of("") : base,
                        first.manifest().classes());
                ImageTokenizer tokenizer = first.tokenizer(device);
                FeatureClassifier network = FeatureFiles.read(first.path())) {
            requireImages(measured, first, images);
            measure(config, folders, device, images, tokenizer, network);
        }
        return 0;
    }

    private void measure(
            RetentionConfig config,
            List<ModelFolder> folders,
            Device device,
            ImageFolder images,
            ImageTokenizer tokenizer,
            FeatureClassifier network)
            throws IOException {
        List<MeasuredModel> opened = new ArrayList<>();
        Deque<AnyOrderModel> owned = new ArrayDeque<>();
        try (ProgressView progress = ProgressView.of(terminal)) {
            for (ModelFolder folder : folders) {
                for (Arm arm : arms(folder, folders.size())) {
                    MeasuredModel model = open(folder, arm, device, folders.size());
                    owned.push(model.model());
                    for (WeightFormat format : formats) {
                        AnyOrderModel packed = model.model().packed(format);
                        owned.push(packed);
                        opened.add(new MeasuredModel(
                                label(model.label(), format), model.fingerprint(), packed, model.meanRanks()));
                    }
                }
            }
            EvaluationReport results = new AnyOrderRetention(tokenizer, network, config, (activity, done, total) -> {
                        interruption.check();
                        progress.show(activity, done, total, "");
                    })
                    .measure(opened, images, images.testIndices());
            MeasurementFolder.write(
                    out,
                    "Any-order retention of "
                            + folders.stream()
                                    .map(folder -> folder.manifest().name())
                                    .distinct()
                                    .collect(Collectors.joining(", ")),
                    "How well held-out images are predicted and drawn in random and in specialised orders.",
                    results,
                    List.of());
            terminal.out().print(MeasurementFolder.text(results));
        } finally {
            owned.forEach(AnyOrderModel::close);
        }
        terminal.out().println(out.resolve(MeasurementFolder.REPORT));
    }

    private static String label(String model, WeightFormat format) {
        return format == WeightFormat.FLOAT32 ? model : model + ", weights in " + KebabCase.word(format);
    }

    private List<Arm> arms(ModelFolder folder, int count) {
        if (!arms.isEmpty()) {
            return arms;
        }
        return count == 1 ? folder.arms() : List.of(folder.defaultArm());
    }

    private static MeasuredModel open(ModelFolder folder, Arm arm, Device device, int count) throws IOException {
        if (folder.manifest().transformer().trainedOrders() != TrainedOrders.ANY) {
            throw new IllegalArgumentException("retention measures any-order models, but "
                    + folder.manifest().name() + " was trained for raster order only; choose another model");
        }
        String label = count == 1 ? arm.label() : folder.manifest().name() + ", " + arm.label();
        return new MeasuredModel(
                label,
                folder.fingerprint(ModelFolder.fileName(arm)),
                (AnyOrderModel) folder.transformer(arm, device),
                folder.meanRanks());
    }

    private static void requireSameTokenizer(ModelFolder first, ModelFolder other) {
        if (!first.fingerprint(ModelFolder.TOKENIZER).equals(other.fingerprint(ModelFolder.TOKENIZER))
                || !first.manifest().classes().equals(other.manifest().classes())) {
            throw new IllegalArgumentException(
                    "only models of one tokenizer and one list of classes can be compared, but "
                            + first.manifest().name() + " and "
                            + other.manifest().name()
                            + " differ in that; measure them apart");
        }
    }

    private static void requireImages(Recipe recipe, ModelFolder model, ImageFolder images) {
        int side = model.manifest().tokenizer().imageSize();
        if (recipe.data().imageSize() != side || images.testIndices().length == 0) {
            throw new IllegalArgumentException("retention needs test images of " + side + " pixels, but recipe "
                    + recipe.name() + " has " + images.testIndices().length + " of "
                    + recipe.data().imageSize() + "; name the recipe that the model was made by");
        }
    }
}
