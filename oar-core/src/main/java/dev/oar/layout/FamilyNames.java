package dev.oar.layout;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Which images are variants of one picture: keys tied together, directly or along a chain, are one family. */
final class FamilyNames {
    private final Map<String, String> parents = new HashMap<>();

    /** The key of an image: what other rows call it, or its file name where they have no word for it. */
    String key(String given, String fileName) {
        return given.isEmpty() ? fileName : given;
    }

    /** Ties an image to a group or to the image whose key the group is; an empty group ties nothing. */
    void tie(String key, String group) {
        if (!group.isEmpty()) {
            String from = family(key);
            String to = family(group);
            if (!from.equals(to)) {
                parents.put(from, to);
            }
        }
    }

    /** The name that all members of the family of a key share. */
    String family(String key) {
        String root = key;
        for (String parent = parents.get(root); parent != null; parent = parents.get(root)) {
            root = parent;
        }
        String member = key;
        while (!member.equals(root)) {
            // Shortened paths keep long chains fast.
            member = Objects.requireNonNull(parents.put(member, root));
        }
        return root;
    }
}
