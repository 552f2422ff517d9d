package dev.oar.parity;

import dev.oar.order.DecodingSchedule;
import dev.oar.train.LearningRateSchedule;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** Parallel-decoding schedules and learning rates. */
final class SchedulesCase implements GoldenCase {
    @Override
    public void compare(GoldenRun run) throws IOException {
        for (JsonNode schedule : run.folder().json("parallel_decoding.json")) {
            decoding(run, schedule);
        }
        for (JsonNode schedule : run.folder().json("learning_rate.json")) {
            learningRate(run, schedule);
        }
    }

    private static void decoding(GoldenRun run, JsonNode schedule) {
        int cells = schedule.path("block_size").asInt();
        int steps = schedule.path("num_inference_steps").asInt();
        int[] actual =
                (steps < 0 ? DecodingSchedule.sequential(cells) : DecodingSchedule.cosine(cells, steps)).cellsPerStep();
        JsonNode expected = schedule.path("tokens_per_step");
        int[] reference = IntStream.range(0, expected.size())
                .map(step -> expected.get(step).asInt())
                .toArray();
        run.add(
                cells + " cells in " + (steps < 0 ? "single" : steps) + " steps",
                Arrays.equals(actual, reference) ? 0 : 1,
                0,
                "schedules that differ");
    }

    private static void learningRate(GoldenRun run, JsonNode schedule) throws IOException {
        long warmUp = schedule.path("num_warmup_steps").asLong();
        String name = schedule.path("name").asString();
        LearningRateSchedule ours = name.equals("cosine")
                ? new LearningRateSchedule.Cosine(
                        warmUp, schedule.path("min_lr_ratio").asDouble())
                : new LearningRateSchedule.Constant(warmUp);
        double worst = 0;
        for (Map.Entry<String, JsonNode> rate : schedule.path("lr_at_step").properties()) {
            double actual = ours.rate(
                    schedule.path("base_lr").asDouble(),
                    Long.parseLong(rate.getKey()),
                    schedule.path("num_training_steps").asLong());
            worst = Math.max(worst, Math.abs(actual - rate.getValue().asDouble()));
        }
        run.add("learning rate, " + name, worst, run.folder().tolerance("rate_absolute"), "absolute");
    }
}
