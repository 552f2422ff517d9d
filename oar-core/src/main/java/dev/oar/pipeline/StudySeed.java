package dev.oar.pipeline;

import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.extract.ExtractionConfig;
import dev.oar.study.SeedResults;
import dev.oar.study.StudyArm;
import dev.oar.study.StudyComparison;
import dev.oar.study.StudyPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The arms of a study under one seed and the stages behind them.
 *
 * @param seed the seed
 * @param arms the measurement of every arm, in the sequence of the plan
 * @param floor what no arm can be better than
 * @param orders what describes the orders of every extraction, with the names of the arms that learn them
 * @param judge the model of another seed that predicts what arms have drawn, if there is one
 * @param predictions its predictions of every arm; none without it
 */
record StudySeed(
        long seed,
        Map<StudyArm, StudyMeasurementStage> arms,
        StudyFloorStage floor,
        Map<StudyOrdersStage, List<String>> orders,
        StudyJudge judge,
        Map<StudyArm, StudyPredictionStage> predictions) {

    /** The stages of a seed's arms. */
    static StudySeed of(StudyPlan plan, RunContext context, long seed, FirstStages first, StudyJudge judge) {
        Map<StudyArm, StudyPredictionStage> predictions = new LinkedHashMap<>();
        Map<ExtractionConfig, ExtractionStage> extractions = new LinkedHashMap<>();
        Map<ExtractionStage, List<String>> learners = new LinkedHashMap<>();
        Map<StudyArm, StudyMeasurementStage> arms = new LinkedHashMap<>();
        for (StudyArm arm : plan.armsOf(seed)) {
            Optional<ExtractionStage> extraction = arm.orders()
                    .extracted()
                    .map(config -> extractions.computeIfAbsent(
                            settled(config, context.recipe()),
                            known -> new ExtractionStage(context, first.tokens(), first.pretraining(), known)));
            extraction.ifPresent(stage ->
                    learners.computeIfAbsent(stage, known -> new ArrayList<>()).add(arm.name()));
            Optional<StudyArmStage> training = arm.isTrained()
                    ? Optional.of(new StudyArmStage(context, arm, first.tokens(), first.pretraining(), extraction))
                    : Optional.empty();
            StudyDrawingStage drawing = new StudyDrawingStage(context, plan, arm, first, training);
            arms.put(arm, new StudyMeasurementStage(context, arm, first, drawing));
            judge.model()
                    .ifPresent(model ->
                            predictions.put(arm, new StudyPredictionStage(context, arm, first, model, drawing)));
        }
        Map<StudyOrdersStage, List<String>> orders = new LinkedHashMap<>();
        learners.forEach((stage, names) -> orders.put(new StudyOrdersStage(context, first, stage), names));
        return new StudySeed(seed, arms, new StudyFloorStage(context, first), orders, judge, predictions);
    }

    /** How many images go through the model at once is the machine's business, not the arm's. */
    private static ExtractionConfig settled(ExtractionConfig config, Recipe recipe) {
        return config.withBatches(
                recipe.extraction().batchSize(), recipe.extraction().imagesPerShard());
    }

    /** The same with those arms that are measured. */
    StudySeed done() throws IOException {
        Map<StudyArm, StudyMeasurementStage> measured = new LinkedHashMap<>();
        for (Map.Entry<StudyArm, StudyMeasurementStage> arm : arms.entrySet()) {
            if (StudyRun.isDone(arm.getValue())) {
                measured.put(arm.getKey(), arm.getValue());
            }
        }
        return new StudySeed(seed, measured, floor, orders, judge, predictions);
    }

    /** The stages of one arm alone, and whose they are. */
    Map<Stage, String> names() {
        Map<Stage, String> names = new HashMap<>();
        arms.forEach((arm, measurement) -> {
            String name = "arm " + arm.name() + ", seed " + seed;
            names.put(measurement, name);
            names.put(measurement.drawing(), name);
            measurement.drawing().training().ifPresent(stage -> names.put(stage, name));
        });
        predictions.forEach((arm, prediction) -> names.put(prediction, "arm " + arm.name() + ", seed " + seed));
        return names;
    }

    /**
     * What was measured of the arms, all of which are done.
     *
     * @param floorResults what is measured of real images
     */
    SeedResults results(StudyPlan plan, EvaluationReport floorResults) throws IOException {
        Map<String, EvaluationReport> ofArms = new LinkedHashMap<>();
        Map<String, Map<String, Double>> speeds = new LinkedHashMap<>();
        List<EvaluationFigure> ofTestImages = List.of();
        for (Map.Entry<StudyArm, StudyMeasurementStage> arm : arms.entrySet()) {
            EvaluationReport measured = arm.getValue().results();
            Map<String, String> settings = new LinkedHashMap<>(measured.settings());
            settings.put(StudyComparison.JUDGE, judge.name());
            List<EvaluationFigure> figures = new ArrayList<>(measured.figures());
            Optional<StudyPredictionStage> prediction = prediction(arm.getKey());
            if (prediction.isPresent()) {
                figures.addAll(prediction.get().ofArm());
                ofTestImages = prediction.get().ofTestImages();
            }
            ofArms.put(arm.getKey().name(), new EvaluationReport(settings, figures, List.of()));
            speeds.put(arm.getKey().name(), arm.getValue().drawing().speeds());
        }
        List<EvaluationFigure> floorFigures = new ArrayList<>(floorResults.figures());
        floorFigures.addAll(ofTestImages);
        EvaluationReport report = StudyComparison.of(
                plan, ofArms, new EvaluationReport(floorResults.settings(), floorFigures, List.of()));
        return new SeedResults(seed, report, speeds);
    }

    /** The figures of what an arm has drawn by another seed's model, and of test images, as soon as there are some. */
    private Optional<StudyPredictionStage> prediction(StudyArm arm) throws IOException {
        StudyPredictionStage prediction = predictions.get(arm);
        return prediction != null && StudyRun.isDone(prediction) ? Optional.of(prediction) : Optional.empty();
    }

    /** What is known of the recorded orders of all seeds. */
    static StudyOrdersReport described(List<StudySeed> seeds) throws IOException {
        StudyOrdersReport report = new StudyOrdersReport();
        for (StudySeed seed : seeds) {
            for (Map.Entry<StudyOrdersStage, List<String>> orders : seed.orders.entrySet()) {
                if (StudyRun.isDone(orders.getKey())) {
                    report.add(seed.seed, orders.getValue(), orders.getKey());
                }
            }
        }
        return report;
    }
}
