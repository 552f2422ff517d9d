package dev.oar.data;

import dev.oar.checkpoint.Fingerprint;
import java.util.List;

/** The JSON beside token shards, key by key; {@link TokenShards} documents the format. */
record TokenManifest(
        String format,
        int version,
        String fingerprint,
        TokenSet tokens,
        List<ShardFiles.Shard> shards,
        List<String> fileNames) {
    static final String FORMAT = "oar-tokens";
    static final int VERSION = 1;

    /** A manifest of the current version with its fingerprint. */
    static TokenManifest of(TokenSet tokens, List<ShardFiles.Shard> shards, List<String> fileNames) {
        TokenManifest blank = new TokenManifest(FORMAT, VERSION, "", tokens, shards, fileNames);
        return new TokenManifest(FORMAT, VERSION, blank.computedFingerprint(), tokens, shards, fileNames);
    }

    /** Of everything but the fingerprint itself. */
    String computedFingerprint() {
        return Fingerprint.of(Manifests.text(new TokenManifest(format, version, "", tokens, shards, fileNames)));
    }
}
