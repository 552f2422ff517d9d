package dev.oar.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessorTests {
    @Test
    void theFirstProcessorOfCpuinfoSpeaksForAll() {
        Processor processor = Processor.parse(List.of(
                "processor\t: 0",
                "vendor_id\t: AuthenticAMD",
                "model name\t: AMD EPYC 9575F",
                "flags\t\t: fpu avx2 avx512f",
                "",
                "processor\t: 1",
                "model name\t: another"));
        assertThat(processor.vendor()).isEqualTo("AuthenticAMD");
        assertThat(processor.model()).isEqualTo("AMD EPYC 9575F");
        assertThat(processor.features()).containsExactlyInAnyOrder("fpu", "avx2", "avx512f");
    }

    @Test
    void aSystemThatTellsNothingGivesAnEmptyProcessor() {
        Processor processor = Processor.parse(List.of());
        assertThat(processor.model()).isEmpty();
        assertThat(processor.identity()).contains("processors").contains("threads");
    }

    @Test
    void processorsWithOtherInstructionsAreOthers() {
        assertThat(with("fpu avx2").identity())
                .isEqualTo(with("avx2 fpu").identity())
                .isNotEqualTo(with("fpu avx2 avx512f").identity());
    }

    private static Processor with(String flags) {
        return Processor.parse(List.of("vendor_id : A", "model name : B", "flags : " + flags));
    }
}
