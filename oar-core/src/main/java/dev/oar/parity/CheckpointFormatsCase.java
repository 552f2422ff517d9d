package dev.oar.parity;

import dev.oar.checkpoint.WeightFile;
import dev.oar.checkpoint.WeightFiles;
import dev.oar.file.CorruptFileException;
import dev.oar.tensor.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Files of weights in every container: all tensors of all files, exactly. A file may call a tensor otherwise than the file of
 * expected values does: by the name without {@code parameters.}, or as its description says ({@code w = a.weight}).
 */
final class CheckpointFormatsCase implements GoldenCase {
    private static final String EXPECTED = "expected";
    private static final String PARAMETERS = "parameters.";
    private static final List<String> ENDINGS = List.of(".pt", ".pth", ".bin", ".safetensors");
    private static final Pattern ALIAS = Pattern.compile("(\\w+) = ([\\w.]+)");

    @Override
    public void compare(GoldenRun run) throws IOException {
        if (run.folder().settings().has("tolerance")) {
            run.folder().tolerances().fixed("values", "exact");
        }
        Settings files = run.folder().settings().part("files");
        for (String file : files.keys()) {
            compare(run, file, files.text(file));
        }
    }

    private static void compare(GoldenRun run, String stem, String description) throws IOException {
        WeightFile file = WeightFiles.open(path(run.folder(), stem));
        Map<String, String> aliases = new HashMap<>();
        Matcher alias = ALIAS.matcher(description);
        while (alias.find()) {
            aliases.put(alias.group(1), alias.group(2));
        }
        Set<String> expected = run.names(EXPECTED);
        for (String name : file.names()) {
            run.compared(stem, name);
            String plain = expected.contains(name) ? name : PARAMETERS + name;
            String called = aliases.getOrDefault(name, plain);
            Tensor tensor = file.read(name);
            if (expected.contains(called)) {
                run.add(stem + "/" + name, different(tensor, run.input(EXPECTED, called)), 0, "values that differ");
            } else {
                // Values of an empty tensor cannot be stored; any other must be expected.
                run.add(stem + "/" + name, tensor.numel(), 0, "values without a reference");
            }
        }
    }

    /** How many values differ; all of them if the shapes do. Scalars are stored as one value. */
    private static long different(Tensor tensor, Tensor expected) {
        long[] shape = tensor.dim() == 0 ? new long[] {1} : tensor.shape();
        if (!Arrays.equals(shape, expected.shape())) {
            return Math.max(1, expected.numel());
        }
        boolean whole = expected.scalar_type().intern() == torch.ScalarType.Long;
        Tensor converted = tensor.to(whole ? torch.ScalarType.Long : torch.ScalarType.Float)
                .view(shape);
        return Tensors.longs(converted.ne(expected).sum())[0];
    }

    private static Path path(GoldenFolder folder, String stem) throws CorruptFileException {
        for (String ending : ENDINGS) {
            Path path = folder.path().resolve(stem + ending);
            if (Files.isRegularFile(path)) {
                return path;
            }
        }
        throw new CorruptFileException("config.json names the file " + stem + ", but " + folder.path()
                + " holds none of that name with one of the endings " + ENDINGS + "; make it again");
    }
}
