package dev.oar.layout;

import dev.oar.tar.TarDirectory;
import dev.oar.tar.TarPath;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The files of a zip or tar.
 *
 * @param files all visible files, by name
 * @param folders the folders at the top, by name
 */
record Packed(SortedMap<String, Path> files, SortedSet<String> folders) {
    /** The visible files of a tar. */
    static Packed of(TarDirectory tar) {
        SortedMap<String, Path> files = new TreeMap<>();
        SortedSet<String> folders = new TreeSet<>();
        for (TarPath file : tar.files()) {
            if (ImageArchive.isVisible(file.name())) {
                files.put(file.name(), file);
                addFolder(folders, file.name());
            }
        }
        return new Packed(files, folders);
    }

    private static void addFolder(SortedSet<String> folders, String name) {
        if (name.contains("/")) {
            folders.add(name.substring(0, name.indexOf('/')));
        }
    }

    /** The same from its only folder downwards, if that holds a table or folders and so is but a wrapping of the set itself. */
    Packed unwrapped() {
        if (folders.size() != 1) {
            return this;
        }
        String wrapping = folders.first() + "/";
        boolean only = files.keySet().stream().allMatch(name -> name.startsWith(wrapping));
        SortedMap<String, Path> inner = new TreeMap<>();
        SortedSet<String> innerFolders = new TreeSet<>();
        for (Map.Entry<String, Path> file : files.entrySet()) {
            String name = file.getKey()
                    .substring(Math.min(wrapping.length(), file.getKey().length()));
            inner.put(name, file.getValue());
            addFolder(innerFolders, name);
        }
        boolean wraps = only
                && (!innerFolders.isEmpty() || DescribingFiles.TABLES.stream().anyMatch(inner::containsKey));
        return wraps ? new Packed(inner, innerFolders) : this;
    }
}
