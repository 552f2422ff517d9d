package dev.oar.checkpoint;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.global.torch;

/** The element types of a safetensors file under the names the format gives them, widest first. */
enum ElementType {
    F64(8, torch.ScalarType.Double),
    I64(8, torch.ScalarType.Long),
    U64(8, torch.ScalarType.UInt64),
    F32(4, torch.ScalarType.Float),
    I32(4, torch.ScalarType.Int),
    U32(4, torch.ScalarType.UInt32),
    F16(2, torch.ScalarType.Half),
    BF16(2, torch.ScalarType.BFloat16),
    I16(2, torch.ScalarType.Short),
    U16(2, torch.ScalarType.UInt16),
    F8_E4M3(1, torch.ScalarType.Float8_e4m3fn),
    F8_E5M2(1, torch.ScalarType.Float8_e5m2),
    I8(1, torch.ScalarType.Char),
    U8(1, torch.ScalarType.Byte),
    BOOL(1, torch.ScalarType.Bool);

    private final int bytes;
    private final torch.ScalarType scalarType;

    ElementType(int bytes, torch.ScalarType scalarType) {
        this.bytes = bytes;
        this.scalarType = scalarType;
    }

    /** Bytes of one element. */
    int bytes() {
        return bytes;
    }

    /** The same type as LibTorch calls it. */
    torch.ScalarType scalarType() {
        return scalarType;
    }

    /** The type of this name, if the reader knows it. */
    static Optional<ElementType> named(String name) {
        return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
    }

    /**
     * The name of a LibTorch type.
     *
     * @throws IllegalArgumentException if the format has none for it, as for complex numbers
     */
    static ElementType of(torch.ScalarType scalarType) {
        torch.ScalarType wanted = scalarType.intern();
        return Arrays.stream(values())
                .filter(type -> type.scalarType == wanted)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("a safetensors file holds the types " + names()
                        + ", but this tensor is of type " + wanted + "; convert it first"));
    }

    /** All names, for error messages. */
    static String names() {
        return Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", "));
    }
}
