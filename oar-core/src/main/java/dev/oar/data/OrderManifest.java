package dev.oar.data;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The JSON beside order shards, key by key; {@link OrderShards} documents the format. */
record OrderManifest(String format, int version, String fingerprint, OrderSet orders, List<ShardFiles.Shard> shards) {
    static final String FORMAT = "oar-orders";
    static final int VERSION = 1;

    /** A manifest of the current version with its fingerprint. */
    static OrderManifest of(OrderSet orders, List<ShardFiles.Shard> shards) {
        OrderManifest blank = new OrderManifest(FORMAT, VERSION, "", orders, shards);
        return new OrderManifest(FORMAT, VERSION, blank.computedFingerprint(), orders, shards);
    }

    /**
     * Reads the manifest of a directory.
     *
     * @param made the command that makes such directories, for errors
     * @throws CorruptFileException if it is missing, of another version, or was changed
     */
    static OrderManifest read(Path directory, String made) throws IOException {
        Path file = directory.resolve(Manifests.FILE_NAME);
        OrderManifest manifest = Manifests.read(file, OrderManifest.class, made);
        if (!manifest.format().equals(FORMAT) || manifest.version() != VERSION) {
            throw new CorruptFileException(file + " must be " + FORMAT + " version " + VERSION + ", but is "
                    + manifest.format() + " version " + manifest.version() + "; run `" + made + "` again");
        }
        if (!manifest.fingerprint().equals(manifest.computedFingerprint())) {
            throw new CorruptFileException(
                    file + " was changed after it was written, as its fingerprint shows; run `" + made + "` again");
        }
        return manifest;
    }

    /** Of everything but the fingerprint itself. */
    String computedFingerprint() {
        return Fingerprint.of(Manifests.text(new OrderManifest(format, version, "", orders, shards)));
    }

    /** Marks shards as made under the same settings, so that a broken-off extraction can go on. */
    static String settings(OrderSet orders) {
        return Fingerprint.of(FORMAT, Integer.toString(VERSION), Manifests.text(orders));
    }
}
