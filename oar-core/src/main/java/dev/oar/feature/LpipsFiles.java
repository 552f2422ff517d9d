package dev.oar.feature;

import dev.oar.checkpoint.WeightFile;
import dev.oar.checkpoint.WeightFiles;
import dev.oar.file.CorruptFileException;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Reads {@link Lpips} from the files in which it is published, safetensors or PyTorch's own: VGG16 as torchvision has it
 * ({@code features.0.weight}, its classifier is left aside) with LPIPS's heads beside it ({@code lin0.model.1.weight}), or both in one file as
 * LPIPS's own state dict has them ({@code net.slice1.0.weight}, {@code lins.0.model.1.weight}).
 */
public final class LpipsFiles {
    private static final Pattern SLICE = Pattern.compile("net\\.slice[1-5]\\.(\\d+\\.(?:weight|bias))");
    private static final Pattern HEADS = Pattern.compile("lins\\.([0-4]\\.model\\.1\\.weight)");

    /** Parts of the published files that the distance does not use. */
    private static final Pattern UNUSED = Pattern.compile("classifier\\..*|scaling_layer\\.(?:shift|scale)");

    private LpipsFiles() {}

    /** Where a weight stands. */
    private record Stored(WeightFile file, String name) {
        long[] shape() throws CorruptFileException {
            return file.entry(name).shape();
        }

        Tensor read() throws IOException {
            return file.read(name).to(torch.ScalarType.Float);
        }
    }

    /**
     * Checks that the files are there.
     *
     * @throws IllegalArgumentException if one is not
     */
    public static void require(Path vgg, Optional<Path> heads) {
        for (Path file : files(vgg, heads)) {
            if (!Files.isRegularFile(file)) {
                throw new IllegalArgumentException(
                        "the perceptual loss lpips needs the weights that its recipe names, which are never downloaded by"
                                + " themselves, but there is no file " + file
                                + "; bring torchvision's VGG16 and LPIPS's heads, or use {kind: own-features}");
            }
        }
    }

    /**
     * Reads the network; close it after use.
     *
     * @param vgg VGG16, with or without the heads
     * @param heads the heads, if they stand in a file of their own
     * @throws IllegalArgumentException if a file is missing
     * @throws CorruptFileException if a weight is missing, in no place of the network or of a shape that does not fit
     */
    public static Lpips read(Path vgg, Optional<Path> heads) throws IOException {
        require(vgg, heads);
        Map<String, Stored> stored = new LinkedHashMap<>();
        for (Path file : files(vgg, heads)) {
            add(stored, WeightFiles.open(file));
        }
        List<Integer> widths = new ArrayList<>();
        for (int block = 0; block < Lpips.blocks(); block++) {
            Stored first = stored.get(Lpips.firstOfBlock(block) + ".weight");
            if (first == null) {
                throw new CorruptFileException("LPIPS needs VGG16's '" + Lpips.firstOfBlock(block)
                        + ".weight', but there is none in " + vgg + "; name a file of torchvision's or LPIPS's VGG16");
            }
            widths.add(Math.toIntExact(Math.max(1, first.shape()[0])));
        }
        return new Lpips(widths, weights(stored, Lpips.shapes(widths), files(vgg, heads)));
    }

    private static void add(Map<String, Stored> stored, WeightFile file) throws CorruptFileException {
        for (String name : file.names()) {
            if (!UNUSED.matcher(name).matches()) {
                // LPIPS's own state dict has every head twice, which is one tensor under two names.
                stored.putIfAbsent(canonical(name), new Stored(file, name));
            }
        }
    }

    private static String canonical(String name) {
        Matcher slice = SLICE.matcher(name);
        if (slice.matches()) {
            return "features." + slice.group(1);
        }
        Matcher head = HEADS.matcher(name);
        return head.matches() ? "lin" + head.group(1) : name;
    }

    private static Weights weights(Map<String, Stored> stored, Map<String, long[]> shapes, List<Path> files)
            throws IOException {
        Map<String, long[]> held = new LinkedHashMap<>();
        for (Map.Entry<String, Stored> entry : stored.entrySet()) {
            held.put(entry.getKey(), entry.getValue().shape());
        }
        try {
            Weights.requireShapes("LPIPS", held, shapes);
        } catch (IllegalArgumentException e) {
            throw new CorruptFileException(
                    e.getMessage() + " (read from "
                            + String.join(
                                    " and ", files.stream().map(Path::toString).toList())
                            + ")",
                    e);
        }
        try (TensorScope ignored = TensorScope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (String name : shapes.keySet()) {
                Stored one = Objects.requireNonNull(stored.get(name));
                Tensor tensor = one.read();
                if (!Tensors.withoutGradient(() -> tensor.isfinite().all().item_bool())) {
                    throw new CorruptFileException("every weight of LPIPS must be finite, but '" + name + "' of "
                            + one.file().path() + " is not; fetch the file again");
                }
                tensors.put(name, tensor);
            }
            return Weights.owning(tensors);
        }
    }

    private static List<Path> files(Path vgg, Optional<Path> heads) {
        List<Path> files = new ArrayList<>(List.of(vgg));
        heads.ifPresent(files::add);
        return files;
    }
}
