package dev.oar.cli;

import dev.oar.artifact.ModelFolder;
import dev.oar.check.CaptionCounts;
import dev.oar.check.CaptionLimit;
import dev.oar.checkpoint.FullPath;
import dev.oar.config.RecipeReader;
import dev.oar.hub.HubReference;
import dev.oar.model.CaptionConditioning;
import dev.oar.model.FrozenEncoder;
import dev.oar.model.LearnedEncoder;
import dev.oar.model.TransformerConfig;
import dev.oar.pipeline.Recipe;
import dev.oar.text.BytePairTokenizer;
import dev.oar.text.TextEncoderFiles;
import dev.oar.text.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which encoder counts the tokens of captions that are checked. */
final class CaptionEncoderOptions {
    @Option(
            names = "--recipe",
            paramLabel = "RECIPE",
            description =
                    "With a folder or zip: the recipe that is to be run on it, whose encoder counts the tokens of captions,"
                            + " and which says whether longer ones fail.")
    private @Nullable Path recipe;

    @Option(
            names = "--encoder",
            paramLabel = "SOURCE",
            description = {
                "The frozen text encoder whose tokens captions are counted in: a folder, or hf://OWNER/REPO, of which the tokenizer alone is"
                        + " fetched (default: the recipe's; without one, a learned encoder trained on these captions)."
            })
    private @Nullable String encoder;

    /** An encoder, and what it counts by, to be closed when everything is counted. */
    record Opened(CaptionLimit limit, Optional<TextTokenizer> tokenizer) implements AutoCloseable {
        @Override
        public void close() {
            tokenizer.ifPresent(TextTokenizer::close);
        }
    }

    /**
     * Opens the encoder.
     *
     * @param checked the recipe whose data is checked, if it is a recipe
     * @throws IllegalArgumentException if options contradict each other
     * @throws IOException in one sentence, if the encoder cannot be read
     */
    Opened open(Optional<Path> checked, HubProgress progress) throws IOException {
        if (recipe != null && checked.isPresent()) {
            throw new IllegalArgumentException("--recipe goes with a folder or zip, but " + checked.get()
                    + " is a recipe itself; leave --recipe out");
        }
        if (recipe != null && encoder != null) {
            throw new IllegalArgumentException(
                    "--recipe names an encoder already, but --encoder names another; give one of the two");
        }
        if (encoder != null) {
            return named(encoder, progress);
        }
        Optional<Path> read = recipe == null ? checked : Optional.of(recipe);
        return read.isEmpty() ? usual() : ofRecipe(read.get(), progress);
    }

    private static Opened usual() {
        return new Opened(CaptionLimit.usual(), Optional.empty());
    }

    private static Opened named(String source, HubProgress progress) throws IOException {
        TextEncoderFiles files = TextEncoderFiles.findTokenizer(source, Path.of(""), progress);
        String kind = files.kind() == TextEncoderFiles.Kind.CLIP ? "clip" : "t5";
        int length = CaptionCounts.lengths().getOrDefault(kind, 0);
        TextTokenizer tokenizer = files.tokenizer();
        return new Opened(CaptionLimit.frozen(source, length, true, false, tokenizer), Optional.of(tokenizer));
    }

    private static Opened ofRecipe(Path file, HubProgress progress) throws IOException {
        Recipe read = RecipeReader.read(file, Recipe.class);
        Path base = folderOf(file);
        if (read.start() instanceof Recipe.Start.Base whole) {
            Path folder = base.resolve(whole.folder());
            return Files.isRegularFile(folder.resolve(ModelFolder.MANIFEST)) ? ofModel(folder, progress) : usual();
        }
        Optional<CaptionConditioning> sizes = read.model().flatMap(TransformerConfig::captions);
        if (sizes.isEmpty()) {
            return usual();
        }
        if (sizes.get().encoder() instanceof LearnedEncoder learned) {
            return new Opened(
                    CaptionLimit.learned(learned.vocabularySize(), sizes.get().length(), isCut(sizes.get())),
                    Optional.empty());
        }
        return frozen(sizes.get(), base, progress);
    }

    /** What relative paths in a recipe start from. */
    static Path folderOf(Path recipe) throws IOException {
        return Objects.requireNonNullElse(FullPath.of(recipe).getParent(), recipe);
    }

    private static Opened ofModel(Path folder, HubProgress progress) throws IOException {
        ModelFolder model = ModelFolder.open(folder);
        Optional<CaptionConditioning> sizes = model.manifest().captions();
        if (sizes.isEmpty()) {
            return usual();
        }
        if (sizes.get().encoder() instanceof LearnedEncoder) {
            BytePairTokenizer words = BytePairTokenizer.read(folder.resolve(ModelFolder.CAPTION_TOKENIZER));
            return new Opened(
                    CaptionLimit.trained(model.manifest().name(), sizes.get().length(), isCut(sizes.get()), words),
                    Optional.empty());
        }
        return frozen(sizes.get(), folder, progress);
    }

    private static Opened frozen(CaptionConditioning sizes, Path base, HubProgress progress) throws IOException {
        Optional<String> source = sizes.frozen().flatMap(FrozenEncoder::source);
        if (source.isEmpty()) {
            return usual();
        }
        try {
            TextTokenizer tokenizer =
                    TextEncoderFiles.findTokenizer(source.get(), base, progress).tokenizer();
            return new Opened(
                    CaptionLimit.frozen(source.get(), sizes.length(), isCut(sizes), true, tokenizer),
                    Optional.of(tokenizer));
        } catch (IOException unreachable) {
            if (!HubReference.isReference(source.get())) {
                throw unreachable;
            }
            // Images can be checked without a network.
            progress.note("tokens of captions are those of a learned encoder, since that of the recipe cannot be had: "
                    + unreachable.getMessage());
            return usual();
        }
    }

    /** Whether the first tokens of a longer caption are read. */
    private static boolean isCut(CaptionConditioning sizes) {
        return sizes.tooLong() == CaptionConditioning.TooLong.CUT;
    }

    /** The recipe that is to be run on a folder or zip, if one was named. */
    Optional<Path> recipe() {
        return Optional.ofNullable(recipe);
    }
}
