package dev.oar.pipeline;

import dev.oar.study.StudyArm;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The arms of a study under one seed and the stages behind them.
 *
 * @param seed the seed
 * @param arms the measurement of every arm, in the sequence of the plan
 * @param floor what no arm can be better than
 * @param orders what describes the orders of every extraction, with the names of the arms that learn them
 */
record StudySeed(
        long seed,
        Map<StudyArm, StudyMeasurementStage> arms,
        StudyFloorStage floor,
        Map<StudyOrdersStage, List<String>> orders) {
    /** The same with those arms that are measured. */
    StudySeed done() throws IOException {
        Map<StudyArm, StudyMeasurementStage> measured = new LinkedHashMap<>();
        for (Map.Entry<StudyArm, StudyMeasurementStage> arm : arms.entrySet()) {
            if (StudyRun.isDone(arm.getValue())) {
                measured.put(arm.getKey(), arm.getValue());
            }
        }
        return new StudySeed(seed, measured, floor, orders);
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
