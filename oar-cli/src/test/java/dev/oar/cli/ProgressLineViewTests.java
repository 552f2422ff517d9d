package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressLineViewTests {
    private final StringWriter out = new StringWriter();
    private long now = 5;

    @Test
    void aLineComesEveryTenSecondsAndAtTheEnd() {
        try (ProgressLineView view = new ProgressLineView(new PrintWriter(out, true), () -> now)) {
            for (int step = 0; step <= 30; step++) {
                view.show("training", step, 30, "loss 2.0");
                now += Duration.ofSeconds(1).toNanos();
            }
        }
        assertThat(out.toString().lines())
                .containsExactly(
                        "  training 10/30, loss 2.0, 20.0 s left",
                        "  training 20/30, loss 2.0, 10.0 s left",
                        "  training 30/30, loss 2.0");
    }

    @Test
    void timeLeftCountsFromWhereARunWentOn() {
        try (ProgressLineView view = new ProgressLineView(new PrintWriter(out, true), () -> now)) {
            view.show("training", 500, 1000, "");
            now += Duration.ofSeconds(20).toNanos();
            view.show("training", 600, 1000, "");
        }
        assertThat(out.toString().lines()).containsExactly("  training 600/1000, 1 min 20 s left");
    }
}
