package dev.oar.checkpoint;

import dev.oar.checkpoint.PickleValue.Dictionary;
import dev.oar.checkpoint.PickleValue.LargeWhole;
import dev.oar.checkpoint.PickleValue.Listing;
import dev.oar.checkpoint.PickleValue.Text;
import dev.oar.checkpoint.PickleValue.Truth;
import dev.oar.checkpoint.PickleValue.Whole;
import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the container that PyTorch wrote before version 1.6 and still writes when asked: pickles and storages in a row.
 *
 * <pre>
 * pickle      the number 0x1950a86a20f9469cfc6c
 * pickle      the number 1001
 * pickle      a dictionary of facts about the machine, among them whether it was little-endian
 * pickle      the value; storages stand in it as ("storage", CLASS, KEY, DEVICE, COUNT, None)
 * pickle      a list of the keys of all storages
 * per key     the count of elements as 8 bytes, then the elements; all little-endian
 * </pre>
 *
 * <p>Any bare pickle is read up to the point where it turns out to be something else. So one that wants to run code is named as
 * such.
 */
final class PyTorchLegacy {
    private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
    private static final long PROTOCOL = 1001;

    private final Damage damage;
    private final ByteSource source;
    private final long fileSize;
    private final PickleReader reader;
    private final TorchGlobals globals;

    private PyTorchLegacy(Damage damage, ByteSource source, long fileSize) {
        this.damage = damage;
        this.source = source;
        this.fileSize = fileSize;
        this.reader = new PickleReader(damage, source, 0, fileSize);
        this.globals = new TorchGlobals(damage);
    }

    /**
     * Reads the pickles and finds the storages.
     *
     * @throws CorruptFileException if the file breaks a rule of the format or a pickle is not harmless
     */
    static PyTorchContents read(Damage damage, ByteSource source, long fileSize) throws IOException {
        return new PyTorchLegacy(damage, source, fileSize).read();
    }

    private PyTorchContents read() throws IOException {
        if (!(next() instanceof LargeWhole magic) || !magic.value().equals(MAGIC)) {
            throw damage.found(
                    "it must begin with PyTorch's number 0x" + MAGIC.toString(16) + ", but begins with another pickle");
        }
        if (!(next() instanceof Whole protocol) || protocol.value() != PROTOCOL) {
            throw damage.found("it must be of protocol " + PROTOCOL + ", but is of another");
        }
        if (!(next() instanceof Dictionary machine) || machine.entries().get("little_endian") != Truth.TRUE) {
            throw damage.found("its numbers must be little-endian, but it does not say so");
        }
        PickleValue root = next();
        if (!(next() instanceof Listing keys)) {
            throw damage.found("it must list the keys of its storages, but does not");
        }
        return new PyTorchContents(root, positions(keys.items()));
    }

    private PickleValue next() throws IOException {
        return new PickleMachine(damage, reader, globals).run();
    }

    private Map<String, Long> positions(List<PickleValue> keys) throws IOException {
        Map<String, Long> positions = new HashMap<>();
        long at = reader.position();
        for (PickleValue key : keys) {
            TorchStorage storage = key instanceof Text text ? globals.storages().get(text.value()) : null;
            if (storage == null) {
                throw damage.found("it must list keys of storages that its tensors look into, but lists another");
            }
            long count = count(at, storage);
            at += Long.BYTES;
            if (count != storage.count() || storage.bytes() > fileSize - at) {
                throw damage.found("storage '" + storage.key() + "' must have " + storage.count() + " elements of type "
                        + storage.type() + ", but has " + count + " in the " + (fileSize - at) + " bytes left");
            }
            if (positions.put(storage.key(), at) != null) {
                throw damage.found("it must list a storage once, but lists '" + storage.key() + "' twice");
            }
            at += storage.bytes();
        }
        if (at != fileSize || positions.size() != globals.storages().size()) {
            throw damage.found(
                    "it must hold its " + globals.storages().size() + " storages and nothing behind them, but"
                            + " holds " + positions.size() + " up to byte " + at + " of " + fileSize);
        }
        return positions;
    }

    private long count(long position, TorchStorage storage) throws IOException {
        if (position > fileSize - Long.BYTES) {
            throw damage.found("storage '" + storage.key() + "' must follow at byte " + position
                    + ", but the file ends before; it was cut off");
        }
        ByteBuffer count = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        source.readFully(damage.path(), count, position);
        return count.getLong(0);
    }
}
