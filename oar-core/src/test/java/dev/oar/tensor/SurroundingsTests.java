package dev.oar.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SurroundingsTests {
    private static final Path LAUNCHER = Path.of("..", "oar");

    @ParameterizedTest
    @ValueSource(strings = {BlasChoice.MKL, BlasChoice.OPENBLAS})
    void whatTheLauncherSetsLeavesNothingToWarnOf(String blas) throws IOException {
        assertThat(Surroundings.check(launched(), properties(), blas, Optional.of(blas), "linux-x86_64"))
                .isEmpty();
    }

    @Test
    void everythingThatTheLauncherSetsIsMissedWhereItIsNot() throws IOException {
        for (String name : launched().keySet()) {
            Map<String, String> environment = launched();
            environment.remove(name);
            assertThat(Surroundings.check(environment, properties(), "mkl", Optional.empty(), "linux-x86_64"))
                    .as(name)
                    .singleElement()
                    .satisfies(warning -> assertThat(warning)
                            .contains("because " + name + " is not set; set it to " + value(name)
                                    + " before Java starts"));
        }
    }

    @Test
    void valuesThatSlowThingsDownAreNamed() throws IOException {
        Map<String, String> environment = launched();
        environment.put("OMP_WAIT_POLICY", "ACTIVE");
        environment.put("OPENBLAS_NUM_THREADS", "4");
        Properties properties = new Properties();
        properties.setProperty("oar.threads", "3");
        assertThat(Surroundings.check(environment, properties, "openblas", Optional.of("mkl"), "linux-x86_64"))
                .hasSize(4)
                .anyMatch(warning -> warning.contains("nopointergc is not true"))
                .anyMatch(warning -> warning.contains("OMP_WAIT_POLICY is ACTIVE; set it to PASSIVE"))
                .anyMatch(warning -> warning.contains("faster with mkl here, but openblas is in force"))
                .anyMatch(warning -> warning.contains("OPENBLAS_NUM_THREADS is 4; unset it"));
        assertThat(Surroundings.check(environment, properties, "mkl", Optional.of("mkl"), "linux-x86_64"))
                .anyMatch(warning -> warning.contains("MKL_NUM_THREADS is not set; set it to 3"));
    }

    @Test
    void glibcIsLeftAloneWhereThereIsNone() {
        assertThat(Surroundings.check(Map.of(), properties(), "openblas", Optional.empty(), "macosx-arm64"))
                .isNotEmpty()
                .noneMatch(warning -> warning.contains("MALLOC") || warning.contains("GLIBC"));
    }

    @Test
    void theSurroundingsOfThisProcessAreChecked() {
        assertThat(Surroundings.check()).allMatch(warning -> warning.contains("; "));
    }

    private static Properties properties() {
        Properties properties = new Properties();
        properties.setProperty("org.bytedeco.javacpp.nopointergc", "true");
        return properties;
    }

    /** The variables of the environment that the launcher sets for LibTorch, whatever is asked for. */
    private static Map<String, String> launched() throws IOException {
        Map<String, String> variables = new HashMap<>();
        Matcher exported =
                Pattern.compile("(?m)^export (\\w+)=\"\\$\\{\\1-([^}]*)}\"").matcher(Files.readString(LAUNCHER));
        while (exported.find()) {
            variables.put(exported.group(1), exported.group(2));
        }
        assertThat(variables).hasSizeGreaterThanOrEqualTo(7);
        return variables;
    }

    private static String value(String name) throws IOException {
        return String.valueOf(launched().get(name));
    }
}
