package dev.oar.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessorTests {
    @Test
    void theFirstProcessorsLinesAreRead() {
        Processor processor = Processor.parse(List.of(
                "processor\t: 0",
                "vendor_id\t: AuthenticAMD",
                "model name\t: AMD EPYC",
                "flags\t\t: fpu avx2 avx512f avx512_bf16",
                "processor\t: 1",
                "vendor_id\t: GenuineIntel"));
        assertThat(processor.vendor()).isEqualTo("AuthenticAMD");
        assertThat(processor.model()).isEqualTo("AMD EPYC");
        assertThat(processor.features()).contains("avx512f", "avx2").hasSize(4);
        assertThat(processor.favoursOpenBlas()).isTrue();
    }

    @Test
    void onlyAmdProcessorsWithAvx512FavourOpenBlas() {
        assertThat(Processor.parse(List.of("vendor_id : AuthenticAMD", "flags : avx2"))
                        .favoursOpenBlas())
                .isFalse();
        assertThat(Processor.parse(List.of("vendor_id : GenuineIntel", "flags : avx512f"))
                        .favoursOpenBlas())
                .isFalse();
        assertThat(Processor.parse(List.of()).favoursOpenBlas()).isFalse();
    }
}
