package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.config.RecipeReader;
import dev.oar.config.RecipeWriter;
import dev.oar.pipeline.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What the documents say of commands, options, recipes and each other is there. */
class DocumentationTests {
    private static final Path ROOT = Path.of("..");
    private static final Pattern CODE = Pattern.compile("(?s)```.*?```|(?m)^    .*$");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][a-z0-9-]*");
    private static final Pattern KEY = Pattern.compile("([a-z][a-z0-9_-]*):(?!//) ?");

    /** The option by which TensorBoard is told where to look. */
    private static final String OF_TENSORBOARD = "--logdir";

    static Stream<Path> documents() throws IOException {
        try (Stream<Path> paths = Files.walk(ROOT)) {
            return paths
                    .filter(path ->
                            path.toString().endsWith(".md") && !path.toString().contains("/target/"))
                    .toList()
                    .stream();
        }
    }

    static Stream<Path> manuals() throws IOException {
        return documents()
                .filter(path -> path.equals(ROOT.resolve("README.md"))
                        || ROOT.resolve("docs").equals(path.getParent()));
    }

    static Set<String> commands() {
        return commandLine().getSubcommands().keySet();
    }

    static Stream<Path> recipes() throws IOException {
        try (Stream<Path> paths = Files.list(ROOT.resolve("recipes"))) {
            return paths.toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyLinkLeadsToAFileAndAHeadingOfIt(Path document) throws IOException {
        for (String link : found(LINK, CODE.matcher(Files.readString(document)).replaceAll(""))) {
            if (link.matches("[a-z]+:.*")) {
                continue;
            }
            String[] parts = link.split("#", 2);
            Path target = parts[0].isEmpty()
                    ? document
                    : document.resolveSibling(parts[0]).normalize();
            assertThat(target).as("%s in %s", link, document).exists();
            if (parts.length == 2) {
                assertThat(anchors(target)).as("%s in %s", link, document).contains(parts[1]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandIsDescribed(String command) throws IOException {
        assertThat(Files.readString(ROOT.resolve("docs/commands.md"))).contains("`" + command + "`");
    }

    @ParameterizedTest
    @MethodSource("manuals")
    void everyOptionNamedExists(Path document) throws IOException {
        Set<String> known = withSubcommands(commandLine())
                .flatMap(command -> command.getCommandSpec().options().stream())
                .map(OptionSpec::longestName)
                .collect(Collectors.toSet());
        known.add(OF_TENSORBOARD);
        assertThat(known).containsAll(found(OPTION, Files.readString(document)));
    }

    private static Stream<CommandLine> withSubcommands(CommandLine command) {
        return Stream.concat(
                Stream.of(command),
                command.getSubcommands().values().stream().flatMap(DocumentationTests::withSubcommands));
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void everyKeyOfARecipeIsDescribed(Path recipe) throws IOException {
        Recipe read = RecipeReader.read(recipe, Recipe.class);
        Set<String> keys = found(KEY, RecipeWriter.write(read));
        // Keys of pairs are the user's own columns.
        keys.removeAll(read.data().attributeColumns());
        String page = Files.readString(ROOT.resolve("docs/recipes.md"));
        assertThat(keys).allSatisfy(key -> assertThat(page).containsPattern("`" + key + "`|\\{" + key + ":"));
    }

    /** What a pattern finds: its first group where it has one. */
    private static Set<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult result) -> result.group(result.groupCount() == 0 ? 0 : 1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Names of headings as GitHub makes them. */
    private static Set<String> anchors(Path document) throws IOException {
        return found(HEADING, Files.readString(document)).stream()
                .map(heading -> heading.toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    /** A command and all below it. */
    private static Stream<CommandLine> all(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(DocumentationTests::all));
    }

    private static CommandLine commandLine() {
        return Main.commandLine(new Session().terminal(), Interruption.none());
    }
}
