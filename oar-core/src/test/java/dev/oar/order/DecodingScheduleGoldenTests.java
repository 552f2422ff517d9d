package dev.oar.order;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DecodingScheduleGoldenTests {
    @Test
    void theCosineScheduleFillsAsManyCellsPerStepAsRandAr() throws IOException {
        JsonNode cases = read("/golden/schedules/parallel_decoding.json");
        assertThat(cases.size()).isGreaterThan(5);
        for (JsonNode schedule : cases) {
            int cells = schedule.get("block_size").asInt();
            int steps = schedule.get("num_inference_steps").asInt();
            DecodingSchedule actual =
                    steps == -1 ? DecodingSchedule.sequential(cells) : DecodingSchedule.cosine(cells, steps);
            JsonNode expected = schedule.get("tokens_per_step");
            assertThat(actual.cellsPerStep())
                    .as("%d cells in %d steps", cells, steps)
                    .containsExactly(IntStream.range(0, expected.size())
                            .map(step -> expected.get(step).asInt())
                            .toArray());
        }
    }

    private static JsonNode read(String resource) throws IOException {
        try (InputStream stream =
                Objects.requireNonNull(DecodingScheduleGoldenTests.class.getResourceAsStream(resource), resource)) {
            return new JsonMapper().readTree(stream);
        }
    }
}
