package dev.oar.text;

import dev.oar.checkpoint.WeightFile;
import dev.oar.checkpoint.WeightFiles;
import dev.oar.file.BoundedFile;
import dev.oar.file.CorruptFileException;
import dev.oar.hub.Fetching;
import dev.oar.hub.HubClient;
import dev.oar.hub.HubEnvironment;
import dev.oar.hub.HubListener;
import dev.oar.hub.HubReference;
import dev.oar.tensor.UserHome;
import dev.oar.tensor.WeightFormat;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * A published text encoder as a folder of files with the names that they have on the hub: {@code config.json}, the weights, and perhaps
 * {@code tokenizer.json} and what stands beside it.
 *
 * @param folder where they lie
 */
public record TextEncoderFiles(Path folder) {
    private static final String CONFIG = "config.json";
    private static final String INDEX_SUFFIX = ".index.json";
    private static final int LARGEST_INDEX = 64 << 20;
    private static final Pattern REPOSITORY =
            Pattern.compile("hf://[^/]+/[^/]+(?:/.*[^/])?/?", Pattern.CASE_INSENSITIVE);

    /** Where weights stand, in the order in which they are looked for. */
    private static final List<String> WEIGHTS =
            List.of("model.safetensors.index.json", "model.safetensors", "pytorch_model.bin");

    private static final List<String> TOKENIZER =
            List.of(TextTokenizer.FILE, "tokenizer_config.json", "special_tokens_map.json");

    /** The encoders that are known. */
    public enum Kind {
        /** {@link T5Encoder}. */
        T5,
        /** {@link ClipTextEncoder}. */
        CLIP
    }

    /**
     * Fetches an encoder from the hub into the cache that its tools share; what is there is not fetched again.
     *
     * @param reference {@code hf://OWNER/REPO}, {@code hf://OWNER/REPO@REVISION} or a folder of either
     * @throws IllegalArgumentException if it is no such reference
     * @throws FileNotFoundException if the repository has no encoder there
     * @throws IOException if fetching fails, see {@link HubClient#fetch}
     * @throws InterruptedException if the thread is interrupted
     */
    public static TextEncoderFiles fetch(String reference, HubClient hub, HubListener listener)
            throws IOException, InterruptedException {
        String place = place(reference);
        Path config = hub.fetch(HubReference.parse(place + CONFIG), listener).path();
        Optional<Path> weights = Optional.empty();
        for (String name : WEIGHTS) {
            if (weights.isEmpty()) {
                weights = fetchIfThere(place + name, hub, listener);
            }
        }
        Path found =
                weights.orElseThrow(() -> new FileNotFoundException("a text encoder has weights in one of the files "
                        + WEIGHTS + ", but " + reference + " has none of them; name another repository or folder"));
        if (found.toString().endsWith(INDEX_SUFFIX)) {
            for (String shard : shards(found)) {
                var unused = hub.fetch(HubReference.parse(place + shard), listener);
            }
        }
        fetchTokenizer(place, hub, listener);
        return new TextEncoderFiles(
                Objects.requireNonNull(config.toAbsolutePath().getParent()));
    }

    private static String place(String reference) {
        if (!REPOSITORY.matcher(reference).matches()) {
            throw new IllegalArgumentException("an encoder on the hub is named by owner and repository, but '"
                    + TokenizerRules.shown(reference)
                    + "' is not; write hf://OWNER/REPO, hf://OWNER/REPO@REVISION or either with /FOLDER");
        }
        return reference.endsWith("/") ? reference : reference + "/";
    }

    private static void fetchTokenizer(String place, HubClient hub, HubListener listener)
            throws IOException, InterruptedException {
        for (String name : TOKENIZER) {
            var unused = fetchIfThere(place + name, hub, listener);
        }
    }

    /**
     * The encoder that a text names: on the hub, as the environment of this process sets its use up, or in a folder.
     *
     * @param source {@code hf://OWNER/REPO}, see {@link #fetch}, or a path
     * @param base what a relative path starts from
     * @throws CancellationException if the thread is interrupted while files are fetched
     * @throws IOException if fetching fails, see {@link #fetch}
     */
    public static TextEncoderFiles find(String source, Path base, HubListener listener) throws IOException {
        if (!HubReference.isReference(source)) {
            return new TextEncoderFiles(base.resolve(source));
        }
        return Fetching.cancellable(() -> fetch(source, hub(), listener));
    }

    /**
     * As {@link #find}, but of an encoder on the hub no weights are fetched: what comes back can count tokens and embeds nothing.
     *
     * @throws IOException if fetching fails, see {@link #fetch}
     */
    public static TextEncoderFiles findTokenizer(String source, Path base, HubListener listener) throws IOException {
        if (!HubReference.isReference(source)) {
            return new TextEncoderFiles(base.resolve(source));
        }
        return Fetching.cancellable(() -> {
            HubClient hub = hub();
            String place = place(source);
            Path config =
                    hub.fetch(HubReference.parse(place + CONFIG), listener).path();
            fetchTokenizer(place, hub, listener);
            return new TextEncoderFiles(
                    Objects.requireNonNull(config.toAbsolutePath().getParent()));
        });
    }

    private static HubClient hub() throws IOException {
        return new HubClient(HubEnvironment.of(System.getenv(), UserHome.directory()));
    }

    private static Optional<Path> fetchIfThere(String reference, HubClient hub, HubListener listener)
            throws IOException, InterruptedException {
        try {
            return Optional.of(
                    hub.fetch(HubReference.parse(reference), listener).path());
        } catch (FileNotFoundException e) {
            return Optional.empty();
        }
    }

    /** The files that an index names; whoever reads them checks that they belong together. */
    private static TreeSet<String> shards(Path index) throws IOException {
        JsonNode map = TokenizerFile.parse(index, BoundedFile.text(index, LARGEST_INDEX, "fetch it again"))
                .path("weight_map");
        TreeSet<String> files = new TreeSet<>();
        for (JsonNode file : map) {
            files.add(file.asString(""));
        }
        return files;
    }

    /**
     * The kind of encoder that {@code config.json} describes.
     *
     * @throws CorruptFileException if it describes none that is known
     */
    public Kind kind() throws IOException {
        String type =
                ForeignConfig.read(folder.resolve(CONFIG)).word("model_type", "", "t5", "clip", "clip_text_model");
        return switch (type) {
            case "t5" -> Kind.T5;
            case "clip", "clip_text_model" -> Kind.CLIP;
            default ->
                throw new CorruptFileException(
                        folder.resolve(CONFIG) + " must say what model it describes as 'model_type'"
                                + " (t5, clip or clip_text_model), but does not; name the folder of a published encoder");
        };
    }

    /**
     * The width of its features, from {@code config.json} alone.
     *
     * @throws CorruptFileException if that is missing or damaged
     */
    public int width() throws IOException {
        Path config = folder.resolve(CONFIG);
        return switch (kind()) {
            case T5 -> T5Config.read(config).width();
            case CLIP -> ClipTextConfig.read(config).width();
        };
    }

    /**
     * The encoder, in float32; close it after use. Nobody may shorten its files meanwhile.
     *
     * @throws CorruptFileException if a file is missing or damaged
     */
    public TextEncoder encoder() throws IOException {
        return loaded(T5Encoder::load, ClipTextEncoder::load);
    }

    /**
     * The encoder for many texts, in float32 and {@link TextEncoder#repacked}: faster, ready later, and in no more memory than its weights take;
     * close it after use.
     *
     * @throws CorruptFileException if a file is missing or damaged
     */
    public TextEncoder repackedEncoder() throws IOException {
        return loaded(
                (config, file) -> T5Encoder.loadRepacked(config, file, WeightFormat.FLOAT32),
                (config, file) -> ClipTextEncoder.loadRepacked(config, file, WeightFormat.FLOAT32));
    }

    /** Loads an encoder of one kind. */
    @FunctionalInterface
    private interface Loading<C> {
        TextEncoder load(C config, WeightFile file) throws IOException;
    }

    private TextEncoder loaded(Loading<T5Config> t5, Loading<ClipTextConfig> clip) throws IOException {
        Path config = folder.resolve(CONFIG);
        Path weights = weights();
        try {
            return switch (kind()) {
                case T5 -> t5.load(T5Config.read(config), WeightFiles.open(weights));
                case CLIP -> clip.load(ClipTextConfig.read(config), WeightFiles.open(weights));
            };
        } catch (IllegalArgumentException refusal) {
            throw new CorruptFileException(
                    weights + " does not hold what " + config + " describes: " + refusal.getMessage(), refusal);
        }
    }

    /**
     * The tokenizer; close it after use.
     *
     * @throws CorruptFileException if there is none or it is damaged
     */
    public TextTokenizer tokenizer() throws IOException {
        return TextTokenizer.open(folder);
    }

    private Path weights() throws CorruptFileException {
        return WEIGHTS.stream()
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new CorruptFileException("a text encoder has weights in one of the files " + WEIGHTS
                        + ", but " + folder + " has none of them; name the folder of a published encoder"));
    }
}
