package dev.oar.checkpoint;

import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads the container that PyTorch writes since version 1.6: a zip file whose entries are stored as they are.
 *
 * <pre>
 * FOLDER/data.pkl        a pickle; storages stand in it as ("storage", CLASS, KEY, DEVICE, COUNT)
 * FOLDER/data/KEY        the elements of a storage, little-endian
 * FOLDER/byteorder       "little" or "big"; missing in files written before PyTorch 2.1
 * FOLDER/version         a number, 3 since the beginning
 * FOLDER/constants.pkl   only in TorchScript programs, which are refused
 * </pre>
 *
 * <p>Other entries are passed over. FOLDER is any name. PyTorch itself ignores the checksums of zip files, and can be told not
 * to compute them, so they are not compared here.
 */
final class PyTorchZip {
    private static final String PICKLE = "/data.pkl";
    private static final Pattern VERSION = Pattern.compile("([1-9]|10)\\s*");
    private static final int LONGEST_NOTE = 64;

    private final Damage damage;
    private final ByteSource source;
    private final Map<String, ZipDirectory.Entry> entries;
    private final String folder;

    private PyTorchZip(Damage damage, ByteSource source, Map<String, ZipDirectory.Entry> entries, String folder) {
        this.damage = damage;
        this.source = source;
        this.entries = entries;
        this.folder = folder;
    }

    /**
     * Reads the pickle and finds the storages.
     *
     * @throws CorruptFileException if the file breaks a rule of the format or its pickle is not harmless
     */
    static PyTorchContents read(Damage damage, ByteSource source, long fileSize) throws IOException {
        Map<String, ZipDirectory.Entry> entries = ZipDirectory.read(damage, source, fileSize);
        List<String> pickles =
                entries.keySet().stream().filter(name -> name.endsWith(PICKLE)).toList();
        if (pickles.size() != 1) {
            throw damage.found("a zip file with weights must have one entry FOLDER" + PICKLE + ", but has "
                    + pickles.size() + " among " + entries.size() + " entries");
        }
        String pickle = pickles.get(0);
        String folder = pickle.substring(0, pickle.length() - PICKLE.length());
        return new PyTorchZip(damage, source, entries, folder).read();
    }

    private PyTorchContents read() throws IOException {
        if (entries.containsKey(folder + "/constants.pkl")) {
            throw damage.found("it must hold weights, but holds a TorchScript program, which would have to be run; save"
                    + " its state dict instead");
        }
        String order = note("byteorder", "little");
        if (!order.equals("little")) {
            throw damage.found("its numbers must be little-endian, but its byte order is '" + order + "'");
        }
        String version = note("version", "3");
        if (!VERSION.matcher(version).matches()) {
            throw damage.found("its version must be from 1 to 10, but is '" + version + "'");
        }
        ZipDirectory.Entry pickle = entry(PICKLE);
        TorchGlobals globals = new TorchGlobals(damage);
        PickleReader reader = new PickleReader(damage, source, pickle.begin(), pickle.begin() + pickle.size());
        PickleValue root = new PickleMachine(damage, reader, globals).run();
        if (reader.position() != pickle.begin() + pickle.size()) {
            throw damage.found("its pickle must end with its value, but something follows it");
        }
        return new PyTorchContents(root, positions(globals.storages()));
    }

    private Map<String, Long> positions(Map<String, TorchStorage> storages) throws CorruptFileException {
        Map<String, Long> positions = new HashMap<>();
        for (TorchStorage storage : storages.values()) {
            ZipDirectory.Entry entry = entry("/data/" + storage.key());
            // Where a storage was made as bytes, a rest of less than an element may follow.
            long rest = entry.size() - storage.bytes();
            if (rest < 0 || rest >= storage.type().bytes()) {
                throw damage.found("storage '" + storage.key() + "' of " + storage.count() + " elements of type "
                        + storage.type() + " must have " + storage.bytes() + " bytes, but has " + entry.size());
            }
            positions.put(storage.key(), entry.begin());
        }
        return positions;
    }

    private ZipDirectory.Entry entry(String name) throws CorruptFileException {
        ZipDirectory.Entry entry = entries.get(folder + name);
        if (entry == null) {
            throw damage.found("it must have an entry '" + folder + name + "', but has none");
        }
        return entry;
    }

    /** The text of a small entry. */
    private String note(String name, String otherwise) throws IOException {
        ZipDirectory.Entry entry = entries.get(folder + "/" + name);
        if (entry == null) {
            return otherwise;
        }
        byte[] bytes = new byte[(int) Math.min(LONGEST_NOTE, entry.size())];
        source.readFully(damage.path(), ByteBuffer.wrap(bytes), entry.begin());
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
