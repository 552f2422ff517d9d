package dev.oar.data;

import dev.oar.checkpoint.Fingerprint;
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

    /** Of everything but the fingerprint itself. */
    String computedFingerprint() {
        return Fingerprint.of(Manifests.text(new OrderManifest(format, version, "", orders, shards)));
    }

    /** Marks shards as made under the same settings, so that a broken-off extraction can go on. */
    static String settings(OrderSet orders) {
        return Fingerprint.of(FORMAT, Integer.toString(VERSION), Manifests.text(orders));
    }
}
