package dev.oar.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RankEnvironmentTests {
    private static final Map<String, String> COMPLETE =
            Map.of("RANK", "3", "WORLD_SIZE", "4", "LOCAL_RANK", "1", "MASTER_ADDR", "host-0", "MASTER_PORT", "29500");

    @Test
    void theVariablesOfTorchrunNameTheProcess() {
        assertThat(RankEnvironment.of(COMPLETE)).contains(new RankEnvironment(3, 4, 1, "host-0", 29500));
    }

    @Test
    void torchrunsAgentKeepsTheStoreWhereItSaysSo() {
        assertThat(of("TORCHELASTIC_USE_AGENT_STORE", "False").attempt()).isEmpty();
        assertThat(of("TORCHELASTIC_RESTART_COUNT", "2").attempt()).isEmpty();
        assertThat(of("TORCHELASTIC_USE_AGENT_STORE", "True").attempt()).hasValue(0);
        assertThat(of("TORCHELASTIC_USE_AGENT_STORE", "True", "TORCHELASTIC_RESTART_COUNT", "2")
                        .attempt())
                .hasValue(2);
        assertThatThrownBy(() -> of("TORCHELASTIC_USE_AGENT_STORE", "1"))
                .hasMessageStartingWith("TORCHELASTIC_USE_AGENT_STORE must be True or False");
    }

    private static RankEnvironment of(String... further) {
        Map<String, String> environment = new HashMap<>(COMPLETE);
        for (int i = 0; i < further.length; i += 2) {
            environment.put(further[i], further[i + 1]);
        }
        return RankEnvironment.of(environment).orElseThrow();
    }

    @Test
    void withoutThemOrWithOneProcessThereIsNoGroup() {
        assertThat(RankEnvironment.of(Map.of())).isEmpty();
        assertThat(RankEnvironment.of(Map.of("MASTER_ADDR", "host-0", "MASTER_PORT", "1")))
                .isEmpty();
        assertThat(RankEnvironment.of(Map.of("RANK", "0", "WORLD_SIZE", "1"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "RANK, '', WORLD_SIZE is set",
        "WORLD_SIZE, '', RANK is set",
        "MASTER_ADDR, '', MASTER_ADDR",
        "MASTER_PORT, '', MASTER_PORT",
        "RANK, 4, in [0; WORLD_SIZE)",
        "RANK, -1, in [0; WORLD_SIZE)",
        "WORLD_SIZE, 0, at least 1",
        "WORLD_SIZE, 99999999, must not exceed",
        "RANK, two, whole number",
        "WORLD_SIZE, 4.0, whole number",
        "LOCAL_RANK, x, whole number",
        "LOCAL_RANK, 4, LOCAL_RANK must lie",
        "MASTER_PORT, 70000, must not exceed",
        "MASTER_PORT, 0, MASTER_PORT must lie",
        "MASTER_PORT, ssh, whole number"
    })
    void whatCannotBeIsRefusedInOneSentence(String name, String value, String part) {
        Map<String, String> environment = new HashMap<>(COMPLETE);
        if (value.isEmpty()) {
            environment.remove(name);
        } else {
            environment.put(name, value);
        }
        assertThatThrownBy(() -> RankEnvironment.of(environment))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(part.replace(';', ','))
                .message()
                .doesNotContain("\n")
                .contains(";");
    }
}
