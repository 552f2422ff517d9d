package dev.oar.pipeline;

import dev.oar.artifact.FolderOrders;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.RecipeWriter;
import dev.oar.data.MeanRanks;
import dev.oar.data.MeasuredTokens;
import dev.oar.data.Split;
import dev.oar.data.SpreadTokens;
import dev.oar.evaluate.BitsPerToken;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.TestOrders;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingOrder;
import dev.oar.measure.CodeLengths;
import dev.oar.measure.ComparedModel;
import dev.oar.measure.DrawnSamples;
import dev.oar.measure.MeasurementListener;
import dev.oar.measure.ModelComparison;
import dev.oar.measure.OrderKind;
import dev.oar.measure.SampleDrawing;
import dev.oar.measure.SamplePlan;
import dev.oar.model.AnyOrderModel;
import dev.oar.order.TokenGrid;
import dev.oar.study.MeasuredOrders;
import dev.oar.study.StudyArm;
import dev.oar.study.StudyPlan;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * All that an arm of a study needs its model for: bits per token of test images, and images drawn in every order of the plan. Arms are drawn
 * one by one, with the same seeds and from the same conditions, so that whatever two of them have is comparable.
 */
final class StudyDrawingStage extends Stage {
    private static final String SAMPLES = "samples";
    private static final String CODE_LENGTHS = "code-lengths.json";
    private static final String SPEED = "images per second, ";

    private final StudyArm arm;
    private final FirstStages first;
    private final Optional<StudyArmStage> training;
    private final List<DrawingOrder> orders;
    private final SampleConditions conditions;

    /** Orders as a plan spells them: what a record prints of itself would change with every rearrangement of the code. */
    private record Drawn(List<DrawingOrder> drawings) {}

    StudyDrawingStage(
            RunContext context, StudyPlan plan, StudyArm arm, FirstStages first, Optional<StudyArmStage> training) {
        super(
                context,
                StageName.DRAWING,
                Stream.concat(Stream.of(first.tokenizer(), first.tokens(), first.pretraining()), training.stream())
                        .toList());
        this.arm = arm;
        this.first = first;
        this.training = training;
        this.orders = plan.drawn(arm);
        this.conditions = new SampleConditions(context, first.tokens());
    }

    /** The orders that the arm is drawn in, its own first. */
    List<DrawingOrder> orders() {
        return orders;
    }

    /** The cells of an image. */
    TokenGrid grid() throws IOException {
        return first.tokenizer().config().grid();
    }

    /** The training before it; none of an arm that is not trained. */
    Optional<StudyArmStage> training() {
        return training;
    }

    /** What samples are drawn from. */
    SampleConditions conditions() {
        return conditions;
    }

    @Override
    String settings() {
        return "an arm of a study " + arm.name() + " " + RecipeWriter.write(new Drawn(orders))
                + RecipeWriter.write(recipe().evaluation()) + recipe().seed();
    }

    @Override
    Map<String, String> run(Path directory) throws IOException {
        EvaluationSection section = recipe().evaluation();
        Map<String, String> speeds = new TreeMap<>();
        ModelComparison.Settings settings =
                new ModelComparison.Settings(section.batchSize(), section.subsamples(), recipe().seed());
        MeasurementListener listener = new Listening(speeds);
        ComparedModel model = new ComparedModel(arm.name(), this::open, FolderOrders.of(meanRanks()));
        SamplePlan plan = new SamplePlan(
                orders.stream().map(section::drawing).toList(),
                Arrays.stream(conditions.all()).boxed().toList(),
                Optional.of(directory.resolve(SAMPLES)));
        SpreadTokens test = section.measured(MeasuredTokens.of(first.tokens().tokens(Split.TEST)));
        List<EvaluationFigure> figures = new ArrayList<>();
        try (ImageTokenizer network = first.tokenizer().tokenizer();
                AnyOrderModel open = model.source().open();
                AnyOrderModel prepared = open.prepared()) {
            for (BitsPerToken bits : new CodeLengths(test, kinds(test), settings, listener).of(arm.name(), prepared)) {
                figures.add(EvaluationFigure.of(arm.name(), bits, recipe().seed()));
            }
            SampleDrawing drawing = new SampleDrawing(plan, List.of(model), settings, network, listener);
            for (Drawing way : plan.drawings()) {
                var unused = drawing.draw(model, prepared, way);
            }
        }
        new EvaluationReport(weightsSettings(), figures, List.of()).write(directory.resolve(CODE_LENGTHS));
        return speeds;
    }

    private AnyOrderModel open() throws IOException {
        return training.isPresent()
                ? training.get().model(Split.TEST)
                : first.pretraining().model(Split.TEST);
    }

    private Optional<MeanRanks> meanRanks() throws IOException {
        return training.isPresent() ? training.get().meanRanks() : Optional.empty();
    }

    private Map<String, String> weightsSettings() throws IOException {
        return Map.of(
                "weights of " + arm.name(),
                training.isPresent()
                        ? training.get().weightsFingerprint()
                        : Fingerprint.ofFile(first.pretraining().weightsFile()));
    }

    /** Random and raster orders, which say what is left of the any-order ability, and those that the arm is drawn in. */
    private List<OrderKind> kinds(SpreadTokens test) throws IOException {
        TokenGrid grid = first.tokenizer().config().grid();
        Map<String, OrderKind> kinds = new LinkedHashMap<>();
        kinds.put(
                TestOrders.RANDOM,
                OrderKind.random(grid.cells(), recipe().evaluation().randomOrders(), recipe().seed()));
        kinds.put("raster", OrderKind.given(TestOrders.raster(grid.cells())));
        for (DrawingOrder order : orders) {
            Optional<OrderKind> kind = MeasuredOrders.of(order, grid, test, meanRanks(), recipe().seed());
            kind.ifPresent(known -> kinds.putIfAbsent(order.label(), known));
        }
        return List.copyOf(kinds.values());
    }

    /** Bits per token of the finished stage, and whose they are. */
    EvaluationReport codeLengths() throws IOException {
        return EvaluationReport.read(file(CODE_LENGTHS));
    }

    /** What the arm has drawn in an order. */
    DrawnSamples samples(String way) throws IOException {
        return DrawnSamples.read(file(SAMPLES).resolve(DrawnSamples.fileName(arm.name(), way)));
    }

    /** Images drawn per second, by order, as far as it is known. */
    Map<String, Double> speeds() throws IOException {
        Map<String, Double> speeds = new TreeMap<>();
        result().outputs().forEach((name, value) -> {
            if (name.startsWith(SPEED)) {
                speeds.put(name.substring(SPEED.length()), Double.valueOf(value));
            }
        });
        return speeds;
    }

    /** Hands progress on, and notes how fast images were drawn. */
    private final class Listening implements MeasurementListener {
        private final Map<String, String> speeds;

        Listening(Map<String, String> speeds) {
            this.speeds = speeds;
        }

        @Override
        public void progress(String activity, long done, long total) {
            StudyDrawingStage.this.progress(activity, done, total);
        }

        @Override
        public void drawn(String model, String drawing, int images, Duration duration) {
            speeds.put(SPEED + drawing, Double.toString(images / (duration.toNanos() / 1e9)));
        }
    }
}
