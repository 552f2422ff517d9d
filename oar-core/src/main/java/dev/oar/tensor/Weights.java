package dev.oar.tensor;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Named tensors that outlive every scope: the parameters of a network, their moving averages, an optimizer's moments.
 *
 * <p>Names are the public state-dict names. The instance owns its tensors until {@link #close()}.
 */
public final class Weights implements AutoCloseable {
    private final Map<String, Tensor> tensors;

    /** How linear layers are applied; null: as their weights are. */
    private final @Nullable PackedLayers layers;

    /** The prepacked layers that live as long as these weights. */
    private final Map<WeightFormat, PackedLayers> owned;

    /** Whether what is packed of these weights shares the layers that they own. */
    private final boolean prepared;

    /** Names of the weights that layers give up as soon as they are prepacked; null: none does. */
    private @Nullable Set<String> givenUp;

    private boolean closed;

    private Weights(
            Map<String, Tensor> tensors,
            @Nullable PackedLayers layers,
            Map<WeightFormat, PackedLayers> owned,
            boolean prepared) {
        this.tensors = tensors;
        this.layers = layers;
        this.owned = owned;
        this.prepared = prepared;
    }

    /** Takes hold of these tensors; scopes they were made in may close. The map's order is kept. */
    public static Weights owning(Map<String, Tensor> tensors) {
        Map<String, Tensor> owned = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> owned.put(name, TensorScope.retain(tensor)));
        return new Weights(owned, null, Map.of(), false);
    }

    /**
     * The tensor of this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Tensor get(String name) {
        requireOpen();
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("there is no weight named '" + name + "' among " + names());
        }
        return tensor;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalArgumentException("these weights have been closed");
        }
    }

    /** Whether there is a tensor of this name. */
    public boolean has(String name) {
        return tensors.containsKey(name);
    }

    /** All names in their fixed order. */
    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    /** All tensors by name in their fixed order; a view. */
    public Map<String, Tensor> asMap() {
        return Collections.unmodifiableMap(tensors);
    }

    /** How many numbers the tensors hold together. */
    public long parameterCount() {
        return tensors.values().stream().mapToLong(Tensor::numel).sum();
    }

    /** The device that the tensors are on, all on the same; the CPU if there are none. */
    public Device device() {
        return tensors.values().stream().findFirst().map(Device::of).orElse(Device.CPU);
    }

    /** Switches gradient recording for all tensors. */
    public Weights requireGradient(boolean required) {
        tensors.values().forEach(tensor -> tensor.requires_grad_(required));
        return this;
    }

    /** The same memory under the same names, with gradients of its own: a change of either is seen in both. */
    public Weights sharing() {
        return map(Tensor::detach);
    }

    /**
     * The same memory under the same names, for inference: linear layers are prepacked when they are first used, in
     * memory of their own, and do not see later changes of their weights. Only float32 layers are; others are applied as they are.
     *
     * @param format how their weights are kept; what is packed of packed weights shares their layers, whatever is asked for
     * @throws IllegalArgumentException if the device of the weights has no products of that format
     */
    public Weights packed(WeightFormat format) {
        requireOpen();
        requireRunning(format);
        if (layers != null) {
            return view(layers);
        }
        if (prepared) {
            return view(owned.computeIfAbsent(format, PackedLayers::new));
        }
        PackedLayers own = new PackedLayers(format);
        return new Weights(sharing().tensors, own, Map.of(format, own), false);
    }

    /**
     * These weights for inference alone, in no more memory than they take: linear layers are prepacked when they are first used, and each then gives up
     * the weights that it was made of, whose values are gone. Memory is given back only of weights that do not look into a file. This instance is
     * closed. One thread at a time may use the new one until every layer was used.
     *
     * @throws IllegalArgumentException as {@link #packed}
     */
    public Weights repacked(WeightFormat format) {
        requireOpen();
        requireRunning(format);
        PackedLayers own = new PackedLayers(format);
        Weights repacked = new Weights(owning(tensors).tensors, own, Map.of(format, own), false);
        repacked.givenUp = ConcurrentHashMap.newKeySet();
        close();
        return repacked;
    }

    private void requireRunning(WeightFormat format) {
        if (!format.runsOn(device())) {
            throw new IllegalArgumentException("weights in " + format.name().toLowerCase(Locale.ROOT)
                    + " are for the CPU alone, but these are on " + device().label() + "; use bfloat16 there");
        }
    }

    /** Leaves of a weight its type and shape alone, once it is in a prepacked layer. */
    private void giveUp(String name) {
        if (givenUp == null || !givenUp.add(name)) {
            return;
        }
        try (TensorScope ignored = TensorScope.open()) {
            Tensor weight = get(name);
            Tensor hollow = Tensors.zeros(weight.scalar_type().intern(), 1).expand(weight.shape());
            tensors.put(name, TensorScope.retain(hollow));
            TensorScope.release(weight);
        }
    }

    /**
     * The same memory under the same names, for inference again and again: what is packed of it shares the layers of its format, which
     * are prepacked once and kept until this is closed. Several threads may use what is packed of it at the same time.
     */
    public Weights prepared() {
        return layers == null ? new Weights(sharing().tensors, null, new ConcurrentHashMap<>(), true) : view(layers);
    }

    /** The same memory, applied by layers that another owns. */
    private Weights view(PackedLayers shared) {
        return new Weights(sharing().tensors, shared, Map.of(), false);
    }

    /**
     * The type that attention runs in with these weights, hidden states being of another: bfloat16 on a GPU if the layers are packed in
     * it, else the type that is given, since LibTorch's bfloat16 attention is slow on CPUs.
     */
    public torch.ScalarType attentionType(torch.ScalarType ofStates) {
        boolean fast = layers != null && layers.format() == WeightFormat.BFLOAT16 && !device().isHost();
        return fast && ofStates == torch.ScalarType.Float ? torch.ScalarType.BFloat16 : ofStates;
    }

    /**
     * Applies the linear layer of a name: {@code NAME.weight} and, if there is one, {@code NAME.bias}.
     *
     * @param input {@code [..., inputs]}
     * @return {@code [..., outputs]}
     */
    public Tensor linear(String name, Tensor input) {
        String bias = name + ".bias";
        Tensor weight = get(name + ".weight");
        if (layers != null && weight.scalar_type().intern() == torch.ScalarType.Float) {
            WeightFormat format = layers.format();
            Tensor output =
                    layers.apply(name, () -> PackedLinear.of(weight, has(bias) ? get(bias) : null, format), input);
            giveUp(name + ".weight");
            return output;
        }
        return has(bias) ? Operations.linear(input, weight, get(bias)) : Operations.linear(input, weight);
    }

    /**
     * Applies two linear layers without bias, of as many outputs each, to one input.
     *
     * @param input {@code [..., inputs]}
     * @return {@code [..., outputs]} of either
     */
    public List<Tensor> linearBoth(String first, String second, Tensor input) {
        Tensor weight = get(first + ".weight");
        if (layers == null || weight.scalar_type().intern() != torch.ScalarType.Float) {
            return List.of(linear(first, input), linear(second, input));
        }
        WeightFormat format = layers.format();
        // Weights are streamed once for both, and threads meet once.
        Tensor both = layers.apply(
                first + "+" + second, () -> joined(List.of(weight, get(second + ".weight")), format), input);
        giveUp(first + ".weight");
        giveUp(second + ".weight");
        long outputs = get(first + ".weight").size(0);
        return List.of(both.narrow(-1, 0, outputs), both.narrow(-1, outputs, outputs));
    }

    private static PackedLinear joined(List<Tensor> weights, WeightFormat format) {
        try (TensorScope ignored = TensorScope.open()) {
            return PackedLinear.of(
                    Tensors.withoutGradient(() ->
                            Tensors.cat(0, weights.stream().map(Tensor::detach).toArray(Tensor[]::new))),
                    null,
                    format);
        }
    }

    /** A deep copy, without gradients. */
    public Weights copy() {
        return map(tensor -> tensor.detach().clone());
    }

    /** A copy in another floating-point type, without gradients; integer tensors stay as they are. */
    public Weights to(torch.ScalarType type) {
        return map(tensor -> (tensor.is_floating_point() ? tensor.detach().to(type) : tensor.detach()).clone());
    }

    /**
     * These weights in another floating-point type; integer tensors stay as they are. Tensor by tensor the old value makes room
     * for the new, so that never more than one is there twice.
     *
     * @return this
     */
    public Weights converted(torch.ScalarType type) {
        return replaced(tensor ->
                tensor.is_floating_point() && tensor.scalar_type().intern() != type ? tensor.to(type) : tensor);
    }

    /**
     * These weights on another device. Tensor by tensor the old value makes room for the new.
     *
     * @return this
     * @throws IllegalArgumentException if there is no such device
     */
    public Weights movedTo(Device device) {
        device.requireUsable();
        return replaced(device::moved);
    }

    private Weights replaced(UnaryOperator<Tensor> function) {
        tensors.replaceAll((name, tensor) -> {
            try (TensorScope ignored = TensorScope.open()) {
                Tensor detached = tensor.detach();
                Tensor changed = function.apply(detached);
                if (changed == detached) {
                    return tensor;
                }
                TensorScope.retain(changed);
                TensorScope.release(tensor);
                return changed;
            }
        });
        return this;
    }

    /** New weights of the same names, each made from one of these. */
    public Weights map(UnaryOperator<Tensor> function) {
        requireOpen();
        try (TensorScope ignored = TensorScope.open()) {
            return Tensors.withoutGradient(() -> {
                Map<String, Tensor> mapped = new LinkedHashMap<>();
                tensors.forEach((name, tensor) -> mapped.put(name, function.apply(tensor)));
                return owning(mapped);
            });
        }
    }

    /** Hands all tensors on but those of some names, which are freed; this instance is closed. */
    public Weights without(Set<String> unwanted) {
        Map<String, Tensor> wanted = new LinkedHashMap<>(tensors);
        wanted.keySet().removeAll(unwanted);
        Weights kept = owning(wanted);
        close();
        return kept;
    }

    /**
     * Checks names and shapes against those a network needs.
     *
     * @param owner what the weights are for, as it stands in the error
     * @throws IllegalArgumentException that names the missing, surplus or mis-shaped key and both shapes
     */
    public void requireShapes(String owner, Map<String, long[]> expected) {
        requireShapes(owner, shapes(this), expected);
    }

    /**
     * Checks names and shapes that a file holds against those a network needs.
     *
     * @param owner what the weights are for, as it stands in the error
     * @throws IllegalArgumentException that names the missing, surplus or mis-shaped key and both shapes
     */
    public static void requireShapes(String owner, Map<String, long[]> held, Map<String, long[]> expected) {
        Set<String> missing = new TreeSet<>(expected.keySet());
        missing.removeAll(held.keySet());
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException(
                    owner + " needs a weight named '" + missing.iterator().next() + "' (" + missing.size()
                            + " missing in all), but the file has none; check that it was made for this model");
        }
        Set<String> surplus = new TreeSet<>(held.keySet());
        surplus.removeAll(expected.keySet());
        if (!surplus.isEmpty()) {
            throw new IllegalArgumentException(owner + " has no place for a weight named '"
                    + surplus.iterator().next() + "' (" + surplus.size()
                    + " surplus in all); check that the file was made for this model");
        }
        expected.forEach((name, shape) -> {
            long[] actual = held.getOrDefault(name, new long[0]);
            if (!Arrays.equals(actual, shape)) {
                throw new IllegalArgumentException(owner + " needs '" + name + "' with shape " + Arrays.toString(shape)
                        + ", but it has " + Arrays.toString(actual) + "; check that the file was made for this model");
            }
        });
    }

    /** The shapes by name. */
    public static Map<String, long[]> shapes(Weights weights) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        weights.tensors.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        return shapes;
    }

    /** Gives the memory back; the instance cannot be used afterwards. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            tensors.values().forEach(TensorScope::release);
            owned.values().forEach(PackedLayers::close);
        }
    }
}
