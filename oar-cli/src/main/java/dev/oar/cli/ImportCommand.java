package dev.oar.cli;

import dev.oar.artifact.ModelFolder;
import dev.oar.artifact.ModelImport;
import dev.oar.artifact.PublicModel;
import dev.oar.artifact.WeightSource;
import dev.oar.checkpoint.FullPath;
import dev.oar.file.BoundedFile;
import dev.oar.hub.Fetching;
import dev.oar.hub.HubClient;
import dev.oar.hub.HubEnvironment;
import dev.oar.hub.HubFile;
import dev.oar.hub.HubReference;
import dev.oar.tensor.LibTorch;
import dev.oar.tensor.UserHome;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes a model folder of published weights. */
@Command(
        name = "import",
        sortOptions = false,
        description = {
            "Makes a model folder of published weights, which every command then takes by --model.",
            "",
            "Weights are a safetensors file, the index of a sharded one, a PyTorch file (.pt, .pth, .bin; nothing in it is"
                    + " executed), hf://OWNER/REPO[@REVISION]/PATH on the Hugging Face hub, or random:SEED to try what a"
                    + " model of that size costs."
        })
final class ImportCommand implements Callable<Integer> {
    private static final String RANDOM = "random";
    private static final String KEY = "#";
    private static final int LARGEST_NAMES = 16 << 20;

    private final Terminal terminal;
    private final Interruption interruption;
    private final Map<String, String> environment;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "MODEL",
            description = {
                "Which published model it is: randar-l, randar-xl, randar-xxl, randar-l-maskgit, llamagen-b, -l, -xl, -xxl or -3b"
                        + " (256 x 256 pixels; -384 for 384 x 384), llamagen-t2i-256 or llamagen-t2i-512, rar-b, -l, -xl or -xxl,"
                        + " arpg-l, -xl or -xxl."
            })
    private String from = "";

    @Option(
            names = "--weights",
            required = true,
            paramLabel = "FILE",
            description = "Weights of the transformer; FILE#KEY takes the tensors under a key of a PyTorch file.")
    private String weights = "";

    @Option(
            names = "--tokenizer",
            required = true,
            paramLabel = "FILE",
            description = "Weights of its tokenizer (LlamaGen's VQ-16, or MaskGIT's for rar-* and *-maskgit).")
    private String tokenizer = "";

    @Option(names = "--name", paramLabel = "NAME", description = "Name of the model (default: that of the folder).")
    private @Nullable String name;

    @Option(
            names = "--class-names",
            paramLabel = "FILE",
            description = "A text file with the name of one class a line (default: the words of ImageNet's classes).")
    private @Nullable Path classNames;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "The model folder.")
    private Path out = Path.of("");

    ImportCommand(Terminal terminal, Interruption interruption, Map<String, String> environment) {
        this.terminal = terminal;
        this.interruption = interruption;
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException {
        long began = System.nanoTime();
        PublicModel model = PublicModel.named(from);
        List<String> classes = classNames == null ? List.of() : names(classNames);
        WeightSource transformerSource = source(weights);
        WeightSource tokenizerSource = source(tokenizer);
        LibTorch.load();
        String called = name != null ? name : String.valueOf(FullPath.of(out).getFileName());
        ModelFolder folder = ModelImport.write(model, called, transformerSource, tokenizerSource, classes, out);
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "imported %s as %s in %.1f s: %s%n",
                        from,
                        folder.manifest().name(),
                        (System.nanoTime() - began) * 1e-9,
                        out);
        return 0;
    }

    /** The lines of a file of class names. */
    static List<String> names(Path file) throws IOException {
        return BoundedFile.text(file, LARGEST_NAMES, "name a text file with a class name per line")
                .lines()
                .toList();
    }

    private WeightSource source(String text) throws IOException {
        if (text.equals(RANDOM) || text.startsWith(RANDOM + ":")) {
            return new WeightSource.Random(seed(text));
        }
        int key = keyAt(text);
        Optional<String> stateDict = key < 0 ? Optional.empty() : Optional.of(text.substring(key + 1));
        String file = key < 0 ? text : text.substring(0, key);
        if (!HubReference.isReference(file)) {
            return new WeightSource.File(
                    Path.of(file), stateDict, String.valueOf(Path.of(file).getFileName()));
        }
        HubFile fetched = fetch(HubReference.parse(file));
        return new WeightSource.File(fetched.path(), stateDict, file + " at " + fetched.commit());
    }

    /** Where a key begins, or -1: in the last name of a path that is not, as a whole, a file. */
    private static int keyAt(String text) {
        int last = text.lastIndexOf(KEY);
        boolean inFolder = last < Math.max(text.lastIndexOf('/'), text.lastIndexOf(File.separatorChar));
        return inFolder || !HubReference.isReference(text) && Files.exists(Path.of(text)) ? -1 : last;
    }

    private static long seed(String text) {
        try {
            return text.equals(RANDOM) ? 0 : Long.parseLong(text.substring(RANDOM.length() + 1));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "random weights are written random:SEED with a whole number, but this is '" + text + "'", e);
        }
    }

    private HubFile fetch(HubReference reference) throws IOException {
        HubEnvironment hub = HubEnvironment.of(environment, UserHome.directory());
        try (ProgressView progress = ProgressView.of(terminal)) {
            return Fetching.cancellable(
                    () -> new HubClient(hub).fetch(reference, new HubProgress(progress, interruption)));
        }
    }
}
