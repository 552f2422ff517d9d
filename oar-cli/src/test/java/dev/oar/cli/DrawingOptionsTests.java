package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.oar.artifact.Arm;
import dev.oar.config.KnownKinds;
import dev.oar.config.RecipeReader;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.ConfidenceRanking;
import dev.oar.decode.ConfidenceRanking.OrderNoiseUnit;
import dev.oar.decode.DynamicOrder;
import dev.oar.decode.OrderNoise;
import dev.oar.decode.OrderNoise.Annealing;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.decode.Remasking;
import dev.oar.decode.Shortlist;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.FormatChoice;
import dev.oar.generate.GuidanceSchedule;
import dev.oar.generate.GuidanceSettings;
import dev.oar.generate.LearnedOrder;
import dev.oar.generate.Pace;
import dev.oar.generate.Sampling;
import dev.oar.generate.SpacedOrder;
import dev.oar.generate.SpatialOrder;
import dev.oar.model.TrainedOrders;
import dev.oar.order.StepSchedule;
import dev.oar.tensor.Device;
import dev.oar.tensor.WeightFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

class DrawingOptionsTests {
    private static final int CELLS = 64;

    @Test
    void defaultsAreThoseOfARecipe() {
        assertThat(parse()).isEqualTo(RecipeReader.parse("defaults", "order:\n  kind: dynamic\n", Drawing.class));
    }

    @Test
    void anArmIsDrawnInTheOrdersThatItWasTrainedFor() {
        FormatChoice formats = FormatChoice.ofMeasurements(line -> {}, Device.CPU, 2);
        for (Arm arm : List.of(Arm.ANY_ORDER, Arm.CONTROL)) {
            assertThat(parseFor(arm, TrainedOrders.ANY, formats).order())
                    .as(arm.label())
                    .isEqualTo(new DrawingOrder.UniformRandom(0));
            assertThat(parseFor(arm, TrainedOrders.ANY, formats, "--steps=16").order())
                    .as(arm.label())
                    .isEqualTo(new DrawingOrder.UniformRandom(16));
        }
        assertThat(parseFor(Arm.SPECIALISED, TrainedOrders.ANY, formats).order())
                .isInstanceOf(DrawingOrder.Dynamic.class);
        assertThat(parseFor(Arm.RASTER, TrainedOrders.RASTER, formats).order()).isInstanceOf(DrawingOrder.Raster.class);
        assertThatExceptionOfType(ParameterException.class)
                .isThrownBy(() -> parseFor(Arm.ANY_ORDER, TrainedOrders.ANY, formats, "--order-noise=0.5"))
                .withMessageContaining("--order-noise");
    }

    @Test
    void everyOptionArrives() {
        Drawing drawing = parse(
                "--order=dynamic",
                "--confidence=top-k-mass",
                "--confidence-logits=guided",
                "--order-noise=0.25",
                "--locality-weight=0.5",
                "--shortlist=7,3",
                "--guidance-scale=2.5",
                "--guidance-schedule=linear",
                "--temperature=0.9",
                "--temperature-schedule=entropy",
                "--top-k=7",
                "--top-p=0.8");
        assertThat(drawing)
                .isEqualTo(Drawing.of(new DrawingOrder.Dynamic(DynamicOrder.greedy(ConfidenceMeasure.TOP_K_MASS)
                                .withLogits(ConfidenceLogits.GUIDED)
                                .withNoise(0.25)
                                .withLocality(0.5)
                                .withShortlist(new Shortlist(7, 3))))
                        .withGuidance(new GuidanceSettings(2.5, new GuidanceSchedule.Linear()))
                        .withSampling(new Sampling(0.9, 7, 0.8, Sampling.TemperatureSchedule.ENTROPY)));
    }

    @Test
    void guidanceSchedulesHaveTheWordsOfARecipe() {
        for (String[] options : new String[][] {
            {"guidance-schedule=constant"},
            {"guidance-schedule=linear"},
            {"guidance-schedule=linear-ahead"},
            {"guidance-schedule=power-cosine", "guidance-power=2.75"},
            {"guidance-schedule=first-cells", "guided-cells=48"}
        }) {
            String yaml = "order:\n  kind: dynamic\nguidance-scale: 4\n"
                    + String.join("\n", options).replace("=", ": ");
            assertThat(parse(("--guidance-scale=4 --" + String.join(" --", options)).split(" ", -1)))
                    .as(yaml)
                    .isEqualTo(RecipeReader.parse("drawing", yaml, Drawing.class));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--guidance-power=2,leave it out or choose power-cosine",
        "--guidance-schedule=linear --guided-cells=9,leave it out or choose first-cells",
        "--guidance-schedule=power-cosine,guidance-power must be given with",
        "--guidance-schedule=first-cells --guidance-power=1,leave it out or choose power-cosine",
        "--guidance-schedule=first-cells,guided-cells must be given with"
    })
    void aNumberThatAGuidanceScheduleLacksOrDoesNotKnowIsWrongUsage(String options, String remedy) {
        assertThatExceptionOfType(ParameterException.class)
                .isThrownBy(() -> parse(options.split(" ", -1)))
                .withMessageContaining(remedy);
    }

    @ParameterizedTest
    @CsvSource({"64,1", "63,2", "32,2", "16,4", "10,7", "1,64"})
    void stepsOfADynamicOrderAreCellsPerStepRoundedUp(int steps, int cellsPerStep) {
        DrawingOrder order = parse("--steps=" + steps).order();
        assertThat(order)
                .isInstanceOfSatisfying(
                        DrawingOrder.Dynamic.class,
                        dynamic -> assertThat(dynamic.settings().cellsPerStep()).isEqualTo(cellsPerStep));
    }

    @Test
    void fixedOrdersTakeStepsAsTheyAre(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("order.json"), "[]");
        assertThat(parse("--order=raster", "--steps=8").order()).isEqualTo(new DrawingOrder.Raster(8));
        assertThat(parse("--order=random").order()).isEqualTo(new DrawingOrder.UniformRandom(0));
        assertThat(parse("--order=recorded-mean").order()).isEqualTo(new DrawingOrder.RecordedMean(0));
        assertThat(parse("--order=" + file).order()).isEqualTo(new DrawingOrder.FromFile(file.toString(), 0));
        assertThat(parse("--order=" + folder, "--steps=9").order())
                .isEqualTo(new DrawingOrder.FromFile(folder.toString(), 9));
    }

    @Test
    void fixedOrdersTakeTheScheduleOfTheirSteps() {
        assertThat(parse("--order=random", "--steps=8", "--step-schedule=masked-arccosine")
                        .order())
                .isEqualTo(new DrawingOrder.UniformRandom(new Pace(8, StepSchedule.MASKED_ARCCOSINE)));
    }

    @Test
    void aLocalityOrderTakesItsSpacing() {
        assertThat(parse("--order=locality", "--steps=8").order()).isEqualTo(new SpatialOrder.Locality(8));
        assertThat(parse("--order=locality", "--steps=8", "--spacing=3").order())
                .isEqualTo(new SpatialOrder.Locality(3, new Pace(8, StepSchedule.COSINE)));
        assertThatExceptionOfType(ParameterException.class)
                .isThrownBy(() -> parse("--order=locality", "--spacing=-1"))
                .withMessageContaining("--spacing must be at least 0");
    }

    @Test
    void aSpacedOrderTakesStepsAsTheyAreAndTheOptionsOfDynamicOnes() {
        assertThat(parse("--order=spaced", "--steps=8").order())
                .isEqualTo(new SpacedOrder(
                        ConfidenceRanking.greedy(ConfidenceMeasure.NEGATIVE_ENTROPY)
                                .withNoise(1),
                        new Pace(8, StepSchedule.COSINE),
                        2));
        assertThat(parse(
                                "--order=spaced",
                                "--steps=8",
                                "--step-schedule=masked-cosine",
                                "--spacing=3",
                                "--confidence=margin",
                                "--order-noise=0",
                                "--locality-weight=0.5")
                        .order())
                .isEqualTo(new SpacedOrder(
                        ConfidenceRanking.greedy(ConfidenceMeasure.MARGIN).withLocality(0.5),
                        new Pace(8, StepSchedule.MASKED_COSINE),
                        3));
    }

    @Test
    void noiseIsAnnealedAsAsked() {
        assertThat(parse("--order-noise-annealing=cosine").order())
                .isEqualTo(new DrawingOrder.Dynamic(DynamicOrder.greedy(ConfidenceMeasure.NEGATIVE_ENTROPY)
                        .withRanking(ConfidenceRanking.greedy(ConfidenceMeasure.NEGATIVE_ENTROPY)
                                .withNoise(1)
                                .withAnnealing(OrderNoise.Annealing.COSINE))));
        assertThat(parse("--order-noise-annealing=linear")).isEqualTo(parse());
        assertThat(parse("--order-noise-annealing=constant").order().label()).isEqualTo("dynamic, constant noise 1");
    }

    @Test
    void theLeastConfidentCellsComeFirstIfAsked() {
        assertThat(parse("--fill-first=least-confident").order().label())
                .isEqualTo("dynamic, least confident first, noise 1");
        assertThat(parse("--fill-first=most-confident")).isEqualTo(parse());
    }

    @Test
    void aLearnedOrderTakesNoiseStepsAndSpacing() {
        assertThat(parse("--order=learned").order()).isEqualTo(new LearnedOrder(1));
        assertThat(parse(
                                "--order=learned",
                                "--steps=8",
                                "--step-schedule=masked-cosine",
                                "--spacing=3",
                                "--order-noise=0.5",
                                "--order-noise-unit=spread",
                                "--order-noise-annealing=constant")
                        .order())
                .isEqualTo(new LearnedOrder(
                        0.5, OrderNoiseUnit.SPREAD, Annealing.CONSTANT, new Pace(8, StepSchedule.MASKED_COSINE), 3));
    }

    @Test
    void aFileCalibratesDynamicAndSpacedOrders() {
        assertThat(parse("--calibration=usual.json").order())
                .isEqualTo(new DrawingOrder.Dynamic(DynamicOrder.greedy(ConfidenceMeasure.NEGATIVE_ENTROPY)
                                .withNoise(1))
                        .calibratedBy(Path.of("usual.json")));
        assertThat(parse("--order=spaced", "--steps=8", "--calibration=usual.json")
                        .order()
                        .label())
                .isEqualTo("spaced by 2 in 8 steps, noise 1, calibrated");
    }

    @Test
    void someTokensAreDrawnAnewIfAsked() {
        assertThat(parse("--remasking=0.25,2").remasking()).contains(new Remasking(0.25, 2));
        assertThat(parse().remasking()).isEmpty();
    }

    @Test
    void aSpacedOrderWithoutStepsIsRefusedInASentence() {
        assertThatExceptionOfType(ParameterException.class)
                .isThrownBy(() -> parse("--order=spaced"))
                .withMessageContaining("needs a number of steps above 0");
    }

    @Test
    void theHelpNamesEveryKindOfOrderAndEveryGuidanceSchedule() {
        String help = new CommandLine(new Holder()).getUsageMessage(CommandLine.Help.Ansi.OFF);
        assertThat(help).contains("FILE: one order", "FOLDER: orders recorded");
        for (String kind : KnownKinds.names(DrawingOrder.class)) {
            if (!kind.equals("file") && !kind.equals("given")) {
                assertThat(help).contains(kind + ":");
            }
        }
        assertThat(help).contains(KnownKinds.names(GuidanceSchedule.class));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--order=rastre",
                "--order=given",
                "--shortlist=7",
                "--step-schedule=masked-cosine",
                "--order=raster --locality-weight=1",
                "--steps=0",
                "--steps=65",
                "--confidence=certainty",
                "--guidance-schedule=cosine",
                "--guided-cells=some",
                "--order=raster --order-noise=1",
                "--order=spaced --steps=8 --spacing=-1",
                "--order=spaced --steps=8 --shortlist=7,3",
                "--order=dynamic --spacing=2",
                "--order=learned --confidence=margin",
                "--order=learned --locality-weight=1",
                "--order=learned --spacing=-1",
                "--order-noise-annealing=sine",
                "--fill-first=confident",
                "--order=random --calibration=usual.json",
                "--remasking=0.1",
                "--remasking=0,1",
                "--remasking=0.1,0",
                "--order=raster --fill-first=least-confident",
                "--temperature-schedule=linear",
                "--order=random --confidence=margin",
                "--order=random --spacing=2",
                "--spacing=2",
                "--order=locality --spacing=far",
                "--top-k=many"
            })
    void nonsenseIsWrongUsage(String options) {
        assertThatExceptionOfType(ParameterException.class).isThrownBy(() -> parse(options.split(" ", -1)));
    }

    @Test
    void aRasterModelDrawsInRasterOrderUnlessAskedOtherwiseWhichIsRefused() {
        assertThat(parseFor(TrainedOrders.RASTER).order()).isEqualTo(new DrawingOrder.Raster(0));
        for (String option : new String[] {"--order=dynamic", "--order=random", "--steps=8"}) {
            assertThatExceptionOfType(ParameterException.class)
                    .isThrownBy(() -> parseFor(TrainedOrders.RASTER, option))
                    .withMessageContaining("trained for raster order only");
        }
    }

    @Test
    void weightsAreKeptInTheFormatAskedForAndByDefaultInOneThatRoundsNothingElse() {
        FormatChoice images = FormatChoice.ofImages(line -> {}, Device.CPU, 2);
        assertThat(parse("--weight-format=int8").weightFormat()).isEqualTo(WeightFormat.INT8);
        assertThat(parse("--weight-format=float16").weightFormat()).isEqualTo(WeightFormat.FLOAT16);
        assertThat(parse("--weight-format=auto").weightFormat()).isEqualTo(WeightFormat.FLOAT32);
        Drawing automatic = parseFor(TrainedOrders.ANY, images, "--order=random");
        assertThat(automatic.weightFormat().roundsInputs()).isFalse();
        assertThat(parseFor(TrainedOrders.ANY, images, "--order=random", "--weight-format=auto"))
                .isEqualTo(automatic);
    }

    private static Drawing parse(String... options) {
        return parseFor(TrainedOrders.ANY, options);
    }

    /** As where models are measured, so that what is fast here does not matter. */
    private static Drawing parseFor(TrainedOrders trained, String... options) {
        return parseFor(trained, FormatChoice.ofMeasurements(line -> {}, Device.CPU, 2), options);
    }

    private static Drawing parseFor(TrainedOrders trained, FormatChoice formats, String... options) {
        return parseFor(trained == TrainedOrders.RASTER ? Arm.RASTER : Arm.SPECIALISED, trained, formats, options);
    }

    private static Drawing parseFor(Arm arm, TrainedOrders trained, FormatChoice formats, String... options) {
        Holder holder = new Holder();
        CommandLine commandLine = new CommandLine(holder);
        KebabCase.registerAll(commandLine);
        commandLine.parseArgs(options);
        return holder.options.drawing(CELLS, arm, trained, formats);
    }

    @Command
    private static final class Holder {
        @Mixin
        private final DrawingOptions options = new DrawingOptions();
    }
}
