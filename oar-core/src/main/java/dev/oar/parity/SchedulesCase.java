package dev.oar.parity;

import dev.oar.file.CorruptFileException;
import dev.oar.order.DecodingSchedule;
import java.io.IOException;
import java.util.Arrays;

/** Parallel-decoding schedules and learning rates. */
final class SchedulesCase implements GoldenCase {
    @Override
    public void compare(GoldenRun run) throws IOException {
        GoldenFolder folder = run.folder();
        folder.tolerances().remarks("rate_absolute");
        for (String file : folder.settings().texts("files")) {
            for (Settings schedule : folder.list(file)) {
                switch (file) {
                    case "parallel_decoding.json" -> decoding(run, schedule);
                    case "learning_rate.json" -> learningRate(run, schedule);
                    default ->
                        throw folder.settings().refused("files", "parallel_decoding.json and learning_rate.json");
                }
            }
        }
    }

    private static void decoding(GoldenRun run, Settings schedule) throws CorruptFileException {
        int cells = schedule.integer("block_size");
        int steps = schedule.integer("num_inference_steps");
        int[] actual =
                (steps < 0 ? DecodingSchedule.sequential(cells) : DecodingSchedule.cosine(cells, steps)).cellsPerStep();
        int[] reference = schedule.integers("tokens_per_step").stream()
                .mapToInt(Integer::intValue)
                .toArray();
        run.add(
                cells + " cells in " + (steps < 0 ? "single" : steps) + " steps",
                Arrays.equals(actual, reference) ? 0 : 1,
                0,
                "schedules that differ");
    }

    private static void learningRate(GoldenRun run, Settings schedule) throws CorruptFileException {
        Rates ours = Rates.of(schedule);
        Settings rates = schedule.part("lr_at_step");
        double worst = 0;
        for (String step : rates.keys()) {
            double actual = ours.rate(schedule.number("base_lr"), Long.parseLong(step));
            worst = Math.max(worst, Math.abs(actual - rates.number(step)));
        }
        run.add("learning rate, " + schedule.text("name"), worst, run.folder().tolerance("rate_absolute"), "absolute");
    }
}
