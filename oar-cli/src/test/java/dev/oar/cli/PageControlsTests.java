package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.config.Spelling;
import dev.oar.message.DrawingFields;
import dev.oar.message.GridFields;
import dev.oar.message.PaintingFields;
import dev.oar.message.ResultFields;
import dev.oar.server.OarServer;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The controls of the server's page. */
class PageControlsTests {
    private static final Pattern CONTROL = Pattern.compile("(?m)^  (?:number|choice|text)\\('([a-z-]+)'");

    /** On the command line a file has the cells of an order; the page has no files. */
    private static final String CELLS = "order-cells";

    /** What the page chooses a model by, and what it asks for of itself. */
    private static final Set<String> ELSEWHERE = Set.of("model", "preview-every", "candidate-confidences");

    private static Set<String> controls() throws IOException {
        try (InputStream options = Objects.requireNonNull(OarServer.class.getResourceAsStream("page/options.js"))) {
            return CONTROL.matcher(new String(options.readAllBytes(), StandardCharsets.UTF_8))
                    .results()
                    .map((MatchResult found) -> found.group(1))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    @Test
    void areNamedLikeOptionsOfTheCommandsThatDraw() throws IOException {
        CommandLine commands = Main.commandLine(new Session().terminal(), Interruption.none());
        Set<String> options = Stream.of("generate", "inpaint", "outpaint", "edit", "vary")
                .flatMap(name ->
                        Objects.requireNonNull(commands.getSubcommands().get(name)).getCommandSpec().options().stream())
                .map(OptionSpec::longestName)
                .collect(Collectors.toSet());
        Set<String> named = controls();
        named.remove(CELLS);
        assertThat(named).hasSizeGreaterThan(20).allMatch(name -> options.contains("--" + name));
    }

    @Test
    void sayAllThatARequestMaySayOfHowImagesAreDrawn() throws IOException {
        Set<String> fields = new TreeSet<>();
        for (Class<?> type : List.of(DrawingFields.class, GridFields.class, PaintingFields.class, ResultFields.class)) {
            Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getName)
                    .map(Spelling::key)
                    .forEach(fields::add);
        }
        fields.removeAll(ELSEWHERE);
        assertThat(controls()).containsAll(fields);
    }
}
