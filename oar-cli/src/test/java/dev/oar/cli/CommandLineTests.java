package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class CommandLineTests {
    static Stream<String> commands() {
        return commandLine().getSubcommands().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHasHelp(String command) {
        Session session = new Session();
        assertThat(session.run(command, "--help")).isZero();
        assertThat(session.out()).startsWith("Usage: oar " + command).contains("--threads", "--verbose");
        assertThat(session.err()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyOptionIsDescribed(String command) {
        spec(command)
                .args()
                .forEach(argument -> assertThat(argument.description())
                        .as("%s %s", command, argument.paramLabel())
                        .isNotEmpty());
    }

    /** Picocli formats them, prints a warning where that fails, and shows them as they are. */
    @ParameterizedTest
    @MethodSource("commands")
    void everyDescriptionCanBeFormatted(String command) {
        CommandSpec spec = spec(command);
        Stream.concat(
                        Stream.of(spec.usageMessage().description()),
                        spec.args().stream().flatMap(argument -> Stream.of(argument.description())))
                .forEach(text -> assertThat(String.format(text)).as(text).isNotNull());
    }

    @Test
    void withoutACommandTheHelpIsShown() {
        Session session = new Session();
        assertThat(session.run()).isZero();
        assertThat(session.out()).startsWith("Usage: oar").contains("generate", "doctor", "models");
    }

    @Test
    void theVersionIsOneLine() {
        Session session = new Session();
        assertThat(session.run("--version")).isZero();
        assertThat(session.out()).startsWith("oar ").hasLineCount(1);
    }

    @Test
    void generateKnowsTheOptionsOfTheManual() {
        assertThat(spec("generate").optionsMap().keySet())
                .contains(
                        "--model",
                        "--class",
                        "--count",
                        "--seed",
                        "--first-index",
                        "--batch-size",
                        "--order",
                        "--confidence",
                        "--order-noise",
                        "--steps",
                        "--guidance-scale",
                        "--guidance-schedule",
                        "--guidance-power",
                        "--guided-cells",
                        "--temperature",
                        "--top-k",
                        "--top-p",
                        "--animate",
                        "--arm",
                        "--out");
    }

    private static CommandSpec spec(String command) {
        return Objects.requireNonNull(commandLine().getSubcommands().get(command), command)
                .getCommandSpec();
    }

    private static CommandLine commandLine() {
        return Main.commandLine(new Session().terminal(), Interruption.none());
    }
}
