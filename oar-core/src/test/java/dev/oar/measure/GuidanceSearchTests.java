package dev.oar.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.evaluate.Metric;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuidanceSearchTests {
    @Test
    void scalesGoByExactStepsAndIncludeBothEnds() {
        assertThat(GuidanceSearch.scales("1:2:0.2")).containsExactly(1.0, 1.2, 1.4, 1.6, 1.8, 2.0);
        assertThat(GuidanceSearch.scales("3:3:1")).containsExactly(3.0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1:2", "a:2:1", "2:1:0.5", "1:2:0", "-1:2:1", "1:2:0.5:9", "1:1000:0.1"})
    void anythingElseIsRefused(String range) {
        assertThatThrownBy(() -> GuidanceSearch.scales(range)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theBestIsTheSmallestDistanceAndTheSmallestScaleOfSeveral() {
        GuidanceSearch search = new GuidanceSearch(
                List.of(1.0, 1.2, 1.4, 1.6),
                List.of(5.0, 3.0, 3.0, 4.0),
                new Metric("FD (x)", true, Metric.Kind.FRECHET_DISTANCE),
                10,
                1);
        assertThat(search.best()).isEqualTo(1.2);
        assertThat(search.figures("m")).hasSize(4);
        assertThat(search.figures("m").get(2).drawing()).isEqualTo("search, guidance scale 1.4");
        assertThat(search.plot().html()).contains("guidance scale");
    }
}
