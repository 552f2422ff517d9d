package dev.oar.checkpoint;

import dev.oar.checkpoint.PickleValue.Bytes;
import dev.oar.checkpoint.PickleValue.Dictionary;
import dev.oar.checkpoint.PickleValue.Listing;
import dev.oar.checkpoint.PickleValue.None;
import dev.oar.checkpoint.PickleValue.Opaque;
import dev.oar.checkpoint.PickleValue.Text;
import dev.oar.checkpoint.PickleValue.Tuple;
import dev.oar.checkpoint.PickleValue.Whole;
import dev.oar.checkpoint.TorchNames.Builder;
import dev.oar.checkpoint.TorchNames.DataClass;
import dev.oar.checkpoint.TorchNames.DataType;
import dev.oar.checkpoint.TorchNames.StorageClass;
import dev.oar.file.CorruptFileException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the globals in a PyTorch file mean: the few functions by which PyTorch puts tensors together again, done here by hand, and
 * data classes that are skipped. Collects the storages that the pickle refers to.
 *
 * <p>The functions are those of {@code torch/_utils.py} and the identifiers of storages those of {@code torch/serialization.py}
 * in https://github.com/pytorch/pytorch.
 */
final class TorchGlobals implements PickleGlobals {
    private static final Set<String> LATIN_1 = Set.of("latin1", "latin-1", "iso-8859-1");
    private static final Set<Builder> TENSOR_BUILDERS =
            Set.of(Builder.TENSOR_1, Builder.TENSOR_2, Builder.TENSOR_3, Builder.PARAMETER);

    private final Damage damage;
    private final Map<String, TorchStorage> storages = new LinkedHashMap<>();

    TorchGlobals(Damage damage) {
        this.damage = damage;
    }

    /** The storages that have been referred to so far, by key. */
    Map<String, TorchStorage> storages() {
        return Collections.unmodifiableMap(storages);
    }

    @Override
    public PickleValue resolve(String module, String name) throws CorruptFileException {
        PickleValue known = TorchNames.lookUp(module, name);
        if (known == null) {
            throw TorchNames.refusal(damage.path(), module, name);
        }
        return known;
    }

    @Override
    public PickleValue call(PickleValue callee, Tuple arguments) throws CorruptFileException {
        if (callee instanceof DataClass dataClass) {
            return new Opaque(dataClass.name());
        }
        if (callee instanceof Builder builder) {
            return build(builder, arguments.items());
        }
        throw damage.found("its pickle must call functions that put tensors together, but calls " + callee.kind());
    }

    @Override
    public PickleValue persistent(PickleValue identifier) throws CorruptFileException {
        List<PickleValue> parts = identifier instanceof Tuple tuple ? tuple.items() : List.of();
        boolean storage = (parts.size() == 5 || parts.size() == 6)
                && parts.get(0) instanceof Text word
                && word.value().equals("storage")
                && parts.get(3) instanceof Text
                && (parts.size() == 5 || parts.get(5) == None.NONE);
        if (storage
                && parts.get(1) instanceof StorageClass storageClass
                && parts.get(2) instanceof Text key
                && parts.get(4) instanceof Whole count) {
            return storage(storageClass, key.value(), count.value());
        }
        throw damage.found("its pickle must refer to storages by class, key, place and count, but refers to "
                + identifier.kind() + " of " + parts.size()
                + " other things, such as whole modules or storages that are views");
    }

    private TorchStorage storage(StorageClass storageClass, String key, long count) throws CorruptFileException {
        ElementType type = elementType(storageClass.type(), storageClass.name());
        TorchStorage storage = TorchStorage.of(damage, key, type, count);
        TorchStorage before = storages.putIfAbsent(key, storage);
        if (before != null && !before.equals(storage)) {
            throw damage.found("storage '" + key + "' must always have the same type and count, but has "
                    + before.type() + " and " + before.count() + " as well as " + type + " and " + count);
        }
        return before == null ? storage : before;
    }

    private PickleValue build(Builder builder, List<PickleValue> arguments) throws CorruptFileException {
        return switch (builder) {
            case TENSOR_1 -> tensor(builder, arguments, 4, 4);
            case TENSOR_2 -> tensor(builder, arguments, 6, 7);
            case TENSOR_3 -> tensor(builder, arguments, 7, 8);
            case PARAMETER -> parameter(arguments);
            case TENSOR_SUBCLASS -> subclass(arguments);
            case SIZE -> new Tuple(items(builder, arguments));
            case DICTIONARY -> dictionary(arguments);
            case ENCODE -> encoded(arguments);
        };
    }

    /** Storage, offset, shape, strides; then whether it wants a gradient, hooks, and, where storages are bytes, the type. */
    private PickleValue tensor(Builder builder, List<PickleValue> arguments, int fewest, int most)
            throws CorruptFileException {
        boolean sized = arguments.size() >= fewest && arguments.size() <= most;
        if (!sized
                || !(arguments.get(0) instanceof TorchStorage storage)
                || !(arguments.get(1) instanceof Whole offset)) {
            throw damage.found("its pickle must make a tensor of " + fewest + " to " + most
                    + " arguments that begin with a storage and an offset, but gives " + arguments.size() + " others");
        }
        boolean flagged = arguments.size() == 8 || (builder == Builder.TENSOR_2 && arguments.size() == 7);
        if (flagged && !empty(arguments.get(arguments.size() - 1))) {
            throw damage.found(
                    "its tensors must be plain, but one is marked as conjugated, negated or otherwise special");
        }
        ElementType type = builder == Builder.TENSOR_3 ? type(arguments.get(6)) : storage.type();
        return TorchTensor.of(damage, storage, type, offset.value(), sizes(arguments.get(2)), sizes(arguments.get(3)));
    }

    private PickleValue parameter(List<PickleValue> arguments) throws CorruptFileException {
        if (arguments.size() < 3 || arguments.size() > 4 || !(arguments.get(0) instanceof TorchTensor tensor)) {
            throw damage.found("its pickle must make a parameter of a tensor and 2 or 3 more arguments, but gives "
                    + arguments.size() + " others");
        }
        return tensor;
    }

    /** A tensor that has attributes: the function that makes it, its class, the function's arguments, the attributes. */
    private PickleValue subclass(List<PickleValue> arguments) throws CorruptFileException {
        if (arguments.size() != 4
                || !(arguments.get(0) instanceof Builder builder)
                || !TENSOR_BUILDERS.contains(builder)
                || !(arguments.get(1) instanceof DataClass)
                || !(arguments.get(2) instanceof Tuple tuple)) {
            throw damage.found("its pickle must make a tensor with attributes by a function that makes tensors, a class"
                    + " and arguments, but gives others");
        }
        return build(builder, tuple.items());
    }

    /** Made empty, with a factory of missing values that nobody needs, or from a list of keys and values in pairs. */
    private PickleValue dictionary(List<PickleValue> arguments) throws CorruptFileException {
        Dictionary dictionary = new Dictionary();
        if (arguments.size() == 1 && arguments.get(0) instanceof Listing pairs) {
            for (PickleValue pair : pairs.items()) {
                List<PickleValue> entry = items(Builder.DICTIONARY, List.of(pair));
                if (entry.size() != 2) {
                    throw damage.found(
                            "its pickle must make a dictionary of pairs, but gives " + entry.size() + " in place of 2");
                }
                dictionary.put(entry.get(0), entry.get(1));
            }
        } else if (arguments.size() > 1) {
            throw damage.found("its pickle must make a dictionary empty or of pairs, but gives " + arguments.size()
                    + " arguments");
        }
        return dictionary;
    }

    /** How old pickles write bytes: as the text whose characters have the numbers 0 to 255. */
    private PickleValue encoded(List<PickleValue> arguments) throws CorruptFileException {
        if (arguments.size() == 2
                && arguments.get(0) instanceof Text text
                && arguments.get(1) instanceof Text encoding
                && LATIN_1.contains(encoding.value().toLowerCase(Locale.ROOT))) {
            return new Bytes(text.value().getBytes(StandardCharsets.ISO_8859_1));
        }
        throw damage.found("its pickle must encode a text as Latin-1 to get bytes, but asks for something else");
    }

    private List<PickleValue> items(Builder builder, List<PickleValue> arguments) throws CorruptFileException {
        if (arguments.size() == 1 && arguments.get(0) instanceof Tuple tuple) {
            return tuple.items();
        }
        if (arguments.size() == 1 && arguments.get(0) instanceof Listing list) {
            return list.items();
        }
        throw damage.found("its pickle must call " + builder + " with one sequence, but gives " + arguments.size()
                + " arguments, others");
    }

    private long[] sizes(PickleValue value) throws CorruptFileException {
        List<PickleValue> items = items(Builder.SIZE, List.of(value));
        long[] sizes = new long[items.size()];
        for (int i = 0; i < sizes.length; i++) {
            if (!(items.get(i) instanceof Whole size)) {
                throw damage.found("its tensors must have whole numbers as sizes and strides, but one has "
                        + items.get(i).kind());
            }
            sizes[i] = size.value();
        }
        return sizes;
    }

    private ElementType type(PickleValue value) throws CorruptFileException {
        if (value instanceof DataType dataType) {
            return elementType(dataType.type(), dataType.name());
        }
        throw damage.found("its tensors must have an element type, but one has " + value.kind());
    }

    private ElementType elementType(Optional<ElementType> type, String name) throws CorruptFileException {
        return type.orElseThrow(() ->
                damage.found("tensors must be of a type among " + ElementType.names() + ", but one is of " + name));
    }

    private static boolean empty(PickleValue value) {
        return value == None.NONE
                || (value instanceof Dictionary dictionary
                        && dictionary.entries().values().stream().allMatch(PickleValue.Truth.FALSE::equals));
    }
}
