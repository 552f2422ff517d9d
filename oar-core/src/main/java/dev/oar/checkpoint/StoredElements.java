package dev.oar.checkpoint;

import dev.oar.file.CorruptFileException;
import dev.oar.tensor.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.bytedeco.pytorch.Tensor;

/**
 * Row-major little-endian elements of a file, read into a tensor.
 *
 * @param path the file
 * @param fileSize bytes of the whole file when it was opened
 */
record StoredElements(Path path, long fileSize) {
    /** Tensors are read in pieces, since a byte buffer ends at 2 GiB. */
    private static final int PIECE = 1 << 26;

    /**
     * A copy in the innermost scope.
     *
     * @param position first byte in the file; that all bytes lie in it has been checked
     * @param name for errors
     * @throws CorruptFileException if truth values are not 0 or 1, or the file has been shortened since it was opened
     */
    Tensor read(FileChannel channel, long position, ElementType type, String name, long... shape) throws IOException {
        requireUnshortened(channel);
        Tensor tensor = Tensors.emptyInMainMemory(type.scalarType(), shape);
        ByteSource source = channel::read;
        long bytes = tensor.nbytes();
        for (long begin = 0; begin < bytes; begin += PIECE) {
            ByteBuffer piece = Tensors.memory(tensor, begin, (int) Math.min(PIECE, bytes - begin));
            source.readFully(path, piece, position + begin);
            if (type == ElementType.BOOL) {
                requireTruthValues(name, piece.flip());
            }
        }
        return tensor;
    }

    /** Reading a mapping behind the end of a file kills the process, so its size is asked again. */
    void requireUnshortened(FileChannel channel) throws IOException {
        if (channel.size() < fileSize) {
            throw new CorruptFileException(path + " must have " + fileSize + " bytes, but has " + channel.size()
                    + " since it was opened; let nobody write to it and open it again");
        }
    }

    /** LibTorch takes for granted that a truth value is 0 or 1. */
    void requireTruthValues(String name, ByteBuffer bytes) throws CorruptFileException {
        while (bytes.hasRemaining()) {
            byte value = bytes.get();
            if (value != 0 && value != 1) {
                throw new CorruptFileException(path + " must have 0 and 1 in the BOOL tensor '" + Damage.line(name)
                        + "', but has " + (value & 0xff) + "; fetch or make it again");
            }
        }
    }
}
