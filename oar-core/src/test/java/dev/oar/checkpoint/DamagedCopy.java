package dev.oar.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** A copy of a file that is damaged in place and mended again, so that a large file costs no more than what is changed in it. */
final class DamagedCopy implements AutoCloseable {
    private final byte[] intact;
    private final FileChannel channel;
    private final List<int[]> touched = new ArrayList<>();

    /** Writes the copy. */
    DamagedCopy(Path path, byte[] intact) throws IOException {
        this.intact = intact;
        Files.write(path, intact);
        channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** Makes the changes one after the other; where one reaches behind the end of the file, it ends with the file. */
    void apply(List<FileEdit> edits) throws IOException {
        for (FileEdit edit : edits) {
            apply(edit);
        }
    }

    private void apply(FileEdit edit) throws IOException {
        int size = (int) channel.size();
        int at = Math.min(edit.at(), size);
        int end = Math.min(size, at + edit.removed());
        int after = at + edit.inserted().length;
        if (after == end) {
            touched.add(new int[] {at, end});
            write(at, ByteBuffer.wrap(edit.inserted()));
            return;
        }
        touched.add(new int[] {at, intact.length});
        ByteBuffer rest = ByteBuffer.allocate(size - end);
        for (int read = 0; rest.hasRemaining() && read >= 0; ) {
            read = channel.read(rest, end + rest.position());
        }
        write(at, ByteBuffer.wrap(edit.inserted()));
        write(after, rest.flip());
        channel.truncate(after + rest.limit());
    }

    /** Makes the file what it was. */
    void undo() throws IOException {
        channel.truncate(intact.length);
        for (int[] range : touched) {
            int begin = Math.min(range[0], intact.length);
            write(begin, ByteBuffer.wrap(intact, begin, Math.min(range[1], intact.length) - begin));
        }
        touched.clear();
    }

    private void write(int position, ByteBuffer bytes) throws IOException {
        for (int at = position; bytes.hasRemaining(); ) {
            at += channel.write(bytes, at);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
