package dev.oar.spark;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A folder that driver and executors see, in any file system that Hadoop knows. A file in it has its own name only when it is whole: it is
 * written under the name of an attempt and renamed, unless another attempt was faster, whose file is the same to the byte.
 *
 * @param uri where it is
 * @param settings of Hadoop's file systems, beside those of its own configuration files
 */
record SharedFolder(URI uri, HashMap<String, String> settings) implements Serializable {
    private static final String UNFINISHED = ".part";

    private FileSystem fileSystem() throws IOException {
        Configuration configuration = new Configuration();
        settings.forEach(configuration::set);
        FileSystem found = new Path(uri).getFileSystem(configuration);
        // That of local files would write a file of checksums beside each; pieces have their own.
        return found instanceof LocalFileSystem local ? local.getRaw() : found;
    }

    /** Whether its files are files of this machine, or of a folder that is mounted on it. */
    boolean isLocal() {
        return "file".equals(uri.getScheme());
    }

    /** The path of a file of a local folder. */
    java.nio.file.Path local(String name) {
        return java.nio.file.Path.of(uri).resolve(name);
    }

    /** A folder in it. */
    SharedFolder folder(String name) {
        return new SharedFolder(new Path(new Path(uri), name).toUri(), settings);
    }

    private Path path(String name) {
        return new Path(new Path(uri), name);
    }

    /** Whether there is a file of this name. */
    boolean has(String name) throws IOException {
        return fileSystem().exists(path(name));
    }

    /**
     * Puts a file there that appears whole or not at all.
     *
     * @return whether it was this one; if not, another attempt had put it there before
     */
    boolean commit(java.nio.file.Path file, String name) throws IOException {
        FileSystem files = fileSystem();
        Path target = path(name);
        Path attempt = path("." + name + "." + UUID.randomUUID() + UNFINISHED);
        files.mkdirs(new Path(uri));
        try {
            files.copyFromLocalFile(false, true, new Path(file.toUri()), attempt);
            if (!files.exists(target) && files.rename(attempt, target)) {
                return true;
            }
            if (!files.exists(target)) {
                throw new IOException("the file system of " + uri + " did not rename a finished file to " + name
                        + "; see whether it may be written to");
            }
            return false;
        } finally {
            files.delete(attempt, false);
        }
    }

    /** Copies a file to this machine. */
    void fetch(String name, java.nio.file.Path to) throws IOException {
        fileSystem().copyToLocalFile(false, path(name), new Path(to.toUri()), true);
    }

    /** Deletes a file, if there is one of this name. */
    void delete(String name) throws IOException {
        fileSystem().delete(path(name), false);
    }

    /** Deletes the files whose names begin so, and what attempts have left of them. */
    void deleteAll(String beginning) throws IOException {
        for (String name : names()) {
            if (name.startsWith(beginning) || name.startsWith("." + beginning)) {
                delete(name);
            }
        }
    }

    /** Deletes what attempts that are over have left of files whose names begin so. */
    void deleteUnfinished(String beginning) throws IOException {
        for (String name : names()) {
            if (name.startsWith("." + beginning) && name.endsWith(UNFINISHED)) {
                delete(name);
            }
        }
    }

    /** Deletes the folder with all that is in it. */
    void deleteTree() throws IOException {
        fileSystem().delete(new Path(uri), true);
    }

    /** Deletes the folder if nothing is in it. */
    void deleteIfEmpty() throws IOException {
        if (fileSystem().exists(new Path(uri)) && names().isEmpty()) {
            fileSystem().delete(new Path(uri), false);
        }
    }

    /** The names of all that is in it; none if it is not there. */
    List<String> names() throws IOException {
        try {
            return new ArrayList<>(Arrays.stream(fileSystem().listStatus(new Path(uri)))
                    .map(status -> status.getPath().getName())
                    .toList());
        } catch (FileNotFoundException e) {
            return List.of();
        }
    }

    /** Puts a file or folder of this machine there, without what lies in folders of checkpoints. */
    void put(java.nio.file.Path from, String name) throws IOException {
        if (Files.isDirectory(from)) {
            try (DirectoryStream<java.nio.file.Path> inside = Files.newDirectoryStream(from)) {
                for (java.nio.file.Path file : inside) {
                    if (!"checkpoints".equals(String.valueOf(file.getFileName()))) {
                        put(file, name + "/" + file.getFileName());
                    }
                }
            }
        } else {
            var unused = folder(name).parent().commit(from, name.substring(name.lastIndexOf('/') + 1));
        }
    }

    private SharedFolder parent() {
        return new SharedFolder(new Path(uri).getParent().toUri(), settings);
    }

    /** Copies all that is in it to a folder of this machine. */
    void fetchAll(java.nio.file.Path to) throws IOException {
        FileSystem files = fileSystem();
        Files.createDirectories(to);
        for (FileStatus status : files.listStatus(new Path(uri))) {
            String name = status.getPath().getName();
            if (status.isDirectory()) {
                folder(name).fetchAll(to.resolve(name));
            } else {
                fetch(name, to.resolve(name));
            }
        }
    }

    /** The settings of Hadoop's file systems that Spark was given. */
    static HashMap<String, String> settings(Map<String, String> ofSpark) {
        HashMap<String, String> settings = new HashMap<>();
        String prefix = "spark.hadoop.";
        ofSpark.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                settings.put(key.substring(prefix.length()), value);
            }
        });
        return settings;
    }
}
