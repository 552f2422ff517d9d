package dev.oar.piece;

import dev.oar.tensor.Tensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Rows of numbers as the tensors of a piece, in main memory and the innermost scope. */
public final class PieceTensors {
    private PieceTensors() {}

    /** Rows of one length as int32 {@code [rows, width]}. */
    public static Tensor ints(List<int[]> rows) {
        Tensor tensor = Tensors.emptyInMainMemory(torch.ScalarType.Int, rows.size(), rows.get(0).length);
        IntBuffer memory = Tensors.memory(tensor).order(ByteOrder.nativeOrder()).asIntBuffer();
        rows.forEach(memory::put);
        return tensor;
    }

    /** Rows of one length as uint8 {@code [rows, width]}. */
    public static Tensor bytes(List<byte[]> rows) {
        Tensor tensor = Tensors.emptyInMainMemory(torch.ScalarType.Byte, rows.size(), rows.get(0).length);
        ByteBuffer memory = Tensors.memory(tensor);
        rows.forEach(memory::put);
        return tensor;
    }

    /** Values in row-major order as float32 {@code [rows, width]}. */
    public static Tensor floats(float[] values, int width) {
        Tensor tensor = Tensors.emptyInMainMemory(torch.ScalarType.Float, values.length / width, width);
        Tensors.memory(tensor).order(ByteOrder.nativeOrder()).asFloatBuffer().put(values);
        return tensor;
    }
}
