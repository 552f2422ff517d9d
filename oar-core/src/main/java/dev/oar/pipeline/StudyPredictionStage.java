package dev.oar.pipeline;

import dev.oar.config.RecipeWriter;
import dev.oar.data.MeasuredTokens;
import dev.oar.data.Split;
import dev.oar.evaluate.BitsPerToken;
import dev.oar.evaluate.DrawnCodeLength;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.FamilyValues;
import dev.oar.generate.DrawingOrder;
import dev.oar.measure.CodeLengths;
import dev.oar.measure.ModelComparison;
import dev.oar.measure.OrderKind;
import dev.oar.model.AnyOrderModel;
import dev.oar.study.StudyArm;
import dev.oar.study.StudyComparison;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Has the any-order model of another seed predict what an arm of a study has drawn, and test images beside it. Drawing and measuring wait for
 * no other seed; this does.
 */
final class StudyPredictionStage extends Stage {
    private final StudyArm arm;
    private final FirstStages first;
    private final AnyOrderStage judge;
    private final StudyDrawingStage drawing;

    /**
     * A stage.
     *
     * @param first of the arm's seed
     * @param judge the any-order model of another seed
     */
    StudyPredictionStage(
            RunContext context, StudyArm arm, FirstStages first, AnyOrderStage judge, StudyDrawingStage drawing) {
        super(context, StageName.DRAWING, List.of(first.tokens(), judge, drawing));
        this.arm = arm;
        this.first = first;
        this.judge = judge;
        this.drawing = drawing;
    }

    @Override
    String settings() {
        return "an arm of a study, predicted by the any-order model of another seed "
                + RecipeWriter.write(recipe().evaluation()) + recipe().seed();
    }

    @Override
    Map<String, String> run(Path directory) throws IOException {
        long seed = recipe().seed();
        MeasuredTokens testTokens =
                recipe().evaluation().measured(MeasuredTokens.of(first.tokens().tokens(Split.TEST)));
        int[] conditions = drawing.conditions().all();
        List<EvaluationFigure> figures = new ArrayList<>();
        try (AnyOrderModel open = judge.model(Split.TEST);
                AnyOrderModel prepared = open.prepared()) {
            FamilyValues test = bits(prepared, "test images", testTokens);
            for (DrawingOrder order : drawing.orders()) {
                String way = order.label();
                MeasuredTokens drawn = drawing.samples(way).measured(conditions);
                DrawnCodeLength length = new DrawnCodeLength(bits(prepared, way, drawn), test);
                length.figures(arm.name(), way, seed).stream()
                        .map(figure ->
                                StudyComparison.compares(arm, way, figure.metric()) ? figure : figure.withoutFamilies())
                        .forEach(figures::add);
            }
            figures.add(DrawnCodeLength.ofTestImages(test, testTokens.count(), seed));
        }
        new EvaluationReport(Map.of(), figures, List.of()).write(directory.resolve(StudyMeasurementStage.RESULTS));
        return Map.of();
    }

    /** Bits per token in random orders, which are the same for all arms. */
    private FamilyValues bits(AnyOrderModel prepared, String what, MeasuredTokens tokens) {
        EvaluationSection section = recipe().evaluation();
        ModelComparison.Settings settings =
                new ModelComparison.Settings(section.batchSize(), section.subsamples(), recipe().seed());
        OrderKind random = OrderKind.random(prepared.space().cells(), section.randomOrders(), recipe().seed());
        List<BitsPerToken> bits = new CodeLengths(tokens, List.of(random), settings, this::progress)
                .of(arm.name() + ", " + what, prepared);
        return bits.get(0).families();
    }

    /** The figures of what the arm has drawn. */
    List<EvaluationFigure> ofArm() throws IOException {
        return results().figures().stream()
                .filter(figure -> figure.arm().equals(arm.name()))
                .toList();
    }

    /** The figures of test images, the same whichever arm they stand beside. */
    List<EvaluationFigure> ofTestImages() throws IOException {
        return results().figures().stream()
                .filter(figure -> !figure.arm().equals(arm.name()))
                .toList();
    }

    private EvaluationReport results() throws IOException {
        return EvaluationReport.read(file(StudyMeasurementStage.RESULTS));
    }
}
