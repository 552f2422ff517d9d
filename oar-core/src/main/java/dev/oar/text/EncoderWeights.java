package dev.oar.text;

import dev.oar.checkpoint.WeightFile;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Weights;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The weights of an encoder out of a file that may hold a whole model. What does not belong to the encoder is named and passed over;
 * anything else that has no place is an error. Weights come in float32: those that are stored so are mapped, not copied, and others are
 * converted one by one, so that never more than one is there twice.
 */
final class EncoderWeights {
    private final String owner;
    private final WeightFile file;
    private final Map<String, String> renamed = new LinkedHashMap<>();
    private final List<String> others = new ArrayList<>();
    private boolean copying;

    EncoderWeights(String owner, WeightFile file) {
        this.owner = owner;
        this.file = file;
    }

    /** Takes a weight under another name; a file may hold it under both. */
    EncoderWeights renaming(String from, String to) {
        renamed.put(from, to);
        return this;
    }

    /** Passes over all weights whose names begin so. */
    EncoderWeights leaving(List<String> prefixes) {
        others.addAll(prefixes);
        return this;
    }

    /** Has weights copied one by one, those of float32 too. */
    EncoderWeights copying() {
        copying = true;
        return this;
    }

    /**
     * Loads an encoder.
     *
     * @param made makes the encoder, which owns the weights from then on; if it throws, they are freed here
     * @throws IllegalArgumentException if a weight is missing, surplus or of another shape
     */
    <E> E load(Map<String, long[]> shapes, Function<Weights, E> made) throws IOException {
        return TensorScope.handedOver(read(shapes), made);
    }

    private Weights read(Map<String, long[]> shapes) throws IOException {
        Map<String, String> stored = places(shapes.keySet());
        Map<String, long[]> held = new LinkedHashMap<>();
        boolean mappable = !copying;
        for (Map.Entry<String, String> place : stored.entrySet()) {
            held.put(place.getKey(), file.entry(place.getValue()).shape());
            mappable &= file.entry(place.getValue()).type().equals("F32");
        }
        Weights.requireShapes(owner, held, shapes);
        return mappable ? mapped(stored, shapes.keySet()) : converted(stored, shapes.keySet());
    }

    /** Where each weight stands in the file, by the name that it has here. */
    private Map<String, String> places(Set<String> wanted) {
        Map<String, String> stored = new LinkedHashMap<>();
        Set<String> names = file.names();
        for (String name : names) {
            String own = renamed.getOrDefault(name, name);
            boolean twice = !own.equals(name) && names.contains(own);
            boolean another = !wanted.contains(own) && others.stream().anyMatch(name::startsWith);
            if (!twice && !another) {
                stored.put(own, name);
            }
        }
        return stored;
    }

    private Weights mapped(Map<String, String> stored, Set<String> names) throws IOException {
        try (Weights all = file.mapped();
                TensorScope ignored = TensorScope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            names.forEach(name ->
                    tensors.put(name, all.get(stored.getOrDefault(name, name)).detach()));
            return Weights.owning(tensors);
        }
    }

    private Weights converted(Map<String, String> stored, Set<String> names) throws IOException {
        try (TensorScope ignored = TensorScope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (String name : names) {
                try (TensorScope one = TensorScope.open()) {
                    Tensor read = file.read(stored.getOrDefault(name, name));
                    requireFloating(name, read);
                    tensors.put(name, one.keep(read.to(torch.ScalarType.Float)));
                }
            }
            return Weights.owning(tensors);
        }
    }

    private void requireFloating(String name, Tensor tensor) {
        if (!tensor.is_floating_point()) {
            throw new IllegalArgumentException(owner + " needs floating-point weights, but '" + name + "' of "
                    + file.path()
                    + " is of type " + tensor.scalar_type().intern() + " and shape " + Arrays.toString(tensor.shape())
                    + "; take a file that is not quantised");
        }
    }
}
