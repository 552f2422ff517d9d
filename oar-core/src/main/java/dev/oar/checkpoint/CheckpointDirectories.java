package dev.oar.checkpoint;

import dev.oar.file.AtomicFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The directories under a root of checkpoints: which are complete, and moves that never show half of one. */
final class CheckpointDirectories {
    private static final Pattern COMPLETE = Pattern.compile("step-(\\d{8,18})(?:-(\\d{1,9}))?");
    private static final Pattern LEFTOVER = Pattern.compile("\\.step-\\d{8,18}(?:-\\d{1,9})?\\.(?:part|old)");

    /** Fills a hidden directory. */
    @FunctionalInterface
    interface Content {
        void writeTo(Path directory) throws IOException;
    }

    /** A complete directory: the step it stands for and how many times that step had been saved. */
    private record Named(long step, int revision, Path path) {}

    private final Path root;

    CheckpointDirectories(Path root) {
        this.root = root;
    }

    /** All complete checkpoints, oldest first. */
    List<Path> complete() throws IOException {
        return named().stream().map(Named::path).toList();
    }

    /** Writes a directory under a hidden name and renames it when it is complete. */
    Path write(long step, Content content) throws IOException {
        Files.createDirectories(root);
        Path target = root.resolve(nextName(step));
        Path hidden = hidden(target, ".part");
        try {
            Files.createDirectory(hidden);
            content.writeTo(hidden);
            AtomicFile.forceDirectory(hidden);
            Files.move(hidden, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException e) {
            discard(hidden, e);
            if (e instanceof RuntimeException runtime) {
                throw runtime;
            }
            throw AtomicFile.failure(target, (IOException) e);
        }
        AtomicFile.forceDirectory(root);
        return target;
    }

    /** Removes earlier saves of the same step and all but the {@code keep - 1} newest of the other steps. */
    void removeOlder(Path saved, int keep) throws IOException {
        List<Named> all = named();
        Named latest = all.stream()
                .filter(named -> named.path().equals(saved))
                .findFirst()
                .orElseThrow(
                        () -> new IOException(saved + " was just saved but has gone; let one process save at a time"));
        List<Named> others = new ArrayList<>();
        for (Named other : all) {
            if (other.step() != latest.step()) {
                others.add(other);
            } else if (other.revision() < latest.revision()) {
                remove(other.path());
            }
        }
        for (Named surplus : others.subList(0, Math.max(0, others.size() - (keep - 1)))) {
            remove(surplus.path());
        }
    }

    /** Deletes what a kill left under hidden names. */
    void removeLeftovers() throws IOException {
        for (Path path : children()) {
            if (LEFTOVER.matcher(String.valueOf(path.getFileName())).matches()) {
                deleteTree(path);
            }
        }
    }

    private void remove(Path path) throws IOException {
        Path hidden = hidden(path, ".old");
        Files.move(path, hidden, StandardCopyOption.ATOMIC_MOVE);
        deleteTree(hidden);
    }

    private String nextName(long step) throws IOException {
        int revision = 0;
        for (Named named : named()) {
            if (named.step() == step) {
                revision = Math.max(revision, named.revision());
            }
        }
        String name = String.format(Locale.ROOT, "step-%08d", step);
        return revision == 0 ? name : name + "-" + (revision + 1);
    }

    private List<Named> named() throws IOException {
        List<Named> named = new ArrayList<>();
        for (Path path : children()) {
            Matcher matcher = COMPLETE.matcher(String.valueOf(path.getFileName()));
            if (matcher.matches()) {
                String revision = matcher.group(2);
                named.add(new Named(
                        Long.parseLong(matcher.group(1)), revision == null ? 1 : Integer.parseInt(revision), path));
            }
        }
        named.sort(Comparator.comparingLong(Named::step).thenComparingInt(Named::revision));
        return named;
    }

    private List<Path> children() throws IOException {
        List<Path> children = new ArrayList<>();
        if (Files.isDirectory(root)) {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(root)) {
                stream.forEach(children::add);
            }
        }
        return children;
    }

    private static Path hidden(Path path, String suffix) {
        return path.resolveSibling("." + path.getFileName() + suffix);
    }

    private static void discard(Path hidden, Exception problem) {
        try {
            deleteTree(hidden);
        } catch (IOException e) {
            problem.addSuppressed(e);
        }
    }

    private static void deleteTree(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException problem)
                    throws IOException {
                if (problem != null) {
                    throw problem;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
