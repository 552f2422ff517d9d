package dev.oar.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PyTorchPeerTests {
    @Test
    void thePeerIsToldOfLimitsOnInstructionsAndOfNothingElseThatIsForOurLibraries() {
        Set<String> variables = new HashSet<>(Set.of(
                "PATH",
                "HOME",
                "OMP_WAIT_POLICY",
                "MKL_THREADING_LAYER",
                "GLIBC_TUNABLES",
                "OPENBLAS_NUM_THREADS",
                "OPENBLAS_CORETYPE",
                "MKL_ENABLE_INSTRUCTIONS",
                "ATEN_CPU_CAPABILITY"));
        PyTorchPeer.keepWhatIsForAll(
                variables, Set.of("OPENBLAS_CORETYPE", "MKL_ENABLE_INSTRUCTIONS", "ATEN_CPU_CAPABILITY"));
        assertThat(variables)
                .containsExactlyInAnyOrder(
                        "PATH", "HOME", "OPENBLAS_CORETYPE", "MKL_ENABLE_INSTRUCTIONS", "ATEN_CPU_CAPABILITY");
    }
}
