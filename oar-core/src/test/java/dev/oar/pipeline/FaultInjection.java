package dev.oar.pipeline;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.file.AtomicFile;
import dev.oar.order.CounterRandom;
import dev.oar.train.TrainingLoop;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Faults in a tiny run, one after the other: kills at random moments, full disks, and reads that fail. After each, nothing under a final
 * name may be half-written, and nothing that was saved or said to be done may be lost; a run that comes to its end must have the bytes of an
 * undisturbed one.
 *
 * <p>All that it needs stands in one folder, so that {@code .ci/faults} can put in each fault by a command of its own:
 *
 * <pre>
 * images/    pictures                  whole/   an undisturbed run
 * cache/     what was measured here    broken/  the run that faults are put into; begun anew when it has come to its end
 * saved.txt  what had been saved in it when it was disturbed last
 * </pre>
 */
final class FaultInjection {
    private static final int IMAGES_PER_CLASS = 16;

    /** About so many kills come before a run is at its end. */
    private static final int KILLS_PER_RUN = 14;

    private final Path images;
    private final Path cache;
    private final Path whole;
    private final Path broken;
    private final Path saved;
    private final Path disk;
    private final Map<String, String> contents;
    private final long events;

    /** Faults in this folder; made ready if it is not. */
    FaultInjection(Path folder) throws IOException {
        this.images = folder.resolve("images");
        this.cache = Files.createDirectories(folder.resolve("cache"));
        this.whole = folder.resolve("whole");
        this.broken = folder.resolve("broken");
        this.saved = folder.resolve("saved.txt");
        this.disk = folder.resolve("disk");
        Path counted = folder.resolve("events.txt");
        if (!Files.exists(counted)) {
            TinyRecipe.images(images, IMAGES_PER_CLASS);
            try (RunProcess process = RunProcess.start(images, whole, cache)) {
                require(process.end() == 0, "an undisturbed run comes to its end", process.lines());
                AtomicFile.write(
                        counted, Integer.toString(process.lines().size()).getBytes(StandardCharsets.UTF_8));
            }
        }
        this.events = Long.parseLong(Files.readString(counted));
        this.contents = RunFiles.contents(whole);
    }

    /** Puts in one fault; the arguments are the folder, {@code prepare}, {@code kill}, {@code full} or {@code read}, and a number. */
    public static void main(String[] arguments) throws IOException {
        FaultInjection faults = new FaultInjection(Path.of(arguments[0]).toAbsolutePath());
        if (arguments[1].equals("prepare")) {
            return;
        }
        long number = Long.parseLong(arguments[2]);
        System.out.println(arguments[1] + " " + number + ": " + faults.put(arguments[1], number));
        System.exit(0);
    }

    private String put(String fault, long number) throws IOException {
        return switch (fault) {
            case "kill" -> kill(number);
            case "full" -> fillDisk(number);
            case "read" -> failRead(number);
            default -> throw new IllegalArgumentException("a fault is kill, full or read, but not " + fault);
        };
    }

    /**
     * Goes on with the run and kills it: behind a random event, a moment later, or when a file is being written next.
     *
     * @param number decides when
     * @return where it was killed
     */
    String kill(long number) throws IOException {
        CounterRandom random = CounterRandom.of(number, "kills");
        int event = random.integer((int) (2 * events / KILLS_PER_RUN), 0);
        try (RunProcess process = RunProcess.start(images, broken, cache)) {
            String last = "start";
            for (int i = 0; i < event && last != null; i++) {
                last = process.next();
            }
            boolean writing = false;
            switch (random.integer(3, 1)) {
                case 0 -> LockSupport.parkNanos(1000L * random.integer(30_000, 2));
                case 1 -> writing = awaitWriting(process);
                default -> {}
            }
            int code = process.kill();
            require(
                    code == 0 || code == RunProcess.KILLED,
                    "a run ends only when it is done or killed",
                    process.lines());
            return checked(
                    process, "killed in " + stage(process.lines()) + (writing ? " while a file was written" : ""));
        }
    }

    /** Waits until a file stands under a hidden name, for a while. */
    private boolean awaitWriting(RunProcess process) throws IOException {
        for (int i = 0; i < 20_000 && process.isAlive(); i++) {
            if (Files.isDirectory(broken) && isWriting()) {
                return true;
            }
            LockSupport.parkNanos(100_000);
        }
        return false;
    }

    private boolean isWriting() {
        try (Stream<Path> files = Files.walk(broken)) {
            return files.anyMatch(file -> file.getFileName().toString().endsWith(".part"));
        } catch (IOException | java.io.UncheckedIOException e) {
            return false; // What was there a moment ago has been renamed.
        }
    }

    private String checked(RunProcess process, String where) throws IOException {
        RunFiles.requireComplete(broken, contents);
        requireNothingLost(process);
        if (process.end() != 0) {
            remember();
            return where;
        }
        requireWhole(broken);
        delete(broken);
        Files.deleteIfExists(saved);
        return "came to its end with the bytes of an undisturbed run";
    }

    /** Checks what the process said to have finished, and what had been saved when the run was disturbed before. */
    private void requireNothingLost(RunProcess process) throws IOException {
        List<String> complete = new ArrayList<>();
        for (Path file : Files.isDirectory(broken) ? RunFiles.visible(broken) : List.<Path>of()) {
            if (file.endsWith(StageDirectory.MARKER)) {
                complete.add(String.valueOf(RunFiles.parent(file).getFileName()).replaceAll("-.*", ""));
            }
        }
        require(complete.containsAll(process.finished()), "finished stages are marked", process.finished(), complete);
        if (Files.exists(saved)) {
            Map<String, String> now = savedNow();
            for (String line : Files.readAllLines(saved)) {
                String[] before = line.split("\t", -1);
                String after = now.get(before[0]);
                boolean kept = before[1].startsWith("step ")
                        ? after != null && after.compareTo(before[1]) >= 0 || isComplete(before[0], complete)
                        : before[1].equals(after);
                require(kept, "what was saved is not lost or written again", line, String.valueOf(after));
            }
        }
    }

    private static boolean isComplete(String training, List<String> complete) {
        return complete.contains(Path.of(training).getFileName().toString().replaceAll("-.*", ""));
    }

    /** Results by name with time and bytes; of a training its last checkpoint. */
    private Map<String, String> savedNow() throws IOException {
        Map<String, String> now = new TreeMap<>();
        for (Path file : Files.isDirectory(broken) ? RunFiles.visible(broken) : List.<Path>of()) {
            String name = broken.relativize(file).toString();
            int checkpoints = name.indexOf("/" + TrainingLoop.CHECKPOINTS + "/");
            if (checkpoints >= 0) {
                String step = "step " + RunFiles.parent(file).getFileName();
                now.merge(name.substring(0, checkpoints), step, (one, other) -> one.compareTo(other) > 0 ? one : other);
            } else if (name.startsWith("stages/")
                    && !name.startsWith("stages/" + StageName.REPORT.label())
                    && !name.endsWith(TrainingLoop.METRICS)
                    && !name.endsWith(StageTime.FILE)) {
                now.put(name, Files.getLastModifiedTime(file) + " " + Fingerprint.ofFile(file));
            }
        }
        return now;
    }

    private void remember() throws IOException {
        String lines = savedNow().entrySet().stream()
                .map(entry -> entry.getKey() + "\t" + entry.getValue() + "\n")
                .collect(Collectors.joining());
        AtomicFile.write(saved, lines.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Begins a run on a disk of a random size, and goes on with it when there is room.
     *
     * @param number decides the size
     * @return what it said when the disk was full
     */
    String fillDisk(long number) throws IOException {
        long need = 0;
        for (Path file : RunFiles.visible(whole)) {
            need += Files.size(file) + 4096;
        }
        int kilobytes = 4 + CounterRandom.of(number, "disks").integer((int) (need / 1024), 0);
        delete(disk);
        Files.createDirectories(disk);
        if (!mount("mount", "-t", "tmpfs", "-o", "size=" + kilobytes + "k", "tmpfs", disk.toString())) {
            return "left out, since no file system of a given size can be mounted here";
        }
        try {
            Path run = disk.resolve("run");
            String said = "there was room enough";
            try (RunProcess process = RunProcess.start(images, run, cache)) {
                said = process.end() == 0 ? said : process.refusal();
            }
            if (Files.isDirectory(run)) {
                RunFiles.requireComplete(run, contents);
            }
            require(mount("mount", "-o", "remount,size=" + 4 * need, disk.toString()), "room can be made");
            try (RunProcess process = RunProcess.start(images, run, cache)) {
                require(process.end() == 0, "a run goes on when there is room", process.lines());
            }
            requireWhole(run);
            return kilobytes + " kB, " + said;
        } finally {
            require(mount("umount", "-l", disk.toString()), "the disk can be taken away");
        }
    }

    private static boolean mount(String... command) throws IOException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false; // There is no such command.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /**
     * Goes on with the run while one of its files cannot be read, since a directory stands in its place.
     *
     * @param number decides which
     * @return what it said
     */
    String failRead(long number) throws IOException {
        List<Path> files = Files.isDirectory(broken) ? RunFiles.visible(broken) : List.of();
        if (files.isEmpty()) {
            return "left out, since nothing has been written yet; " + kill(number);
        }
        Path file = files.get(CounterRandom.of(number, "reads").integer(files.size(), 0));
        Path away = saved.resolveSibling("away");
        Files.move(file, away);
        Files.createDirectory(file);
        String said = "was not needed";
        try (RunProcess process = RunProcess.start(images, broken, cache)) {
            said = process.end() == 0 ? said : process.refusal();
        } finally {
            delete(file);
            Files.createDirectories(RunFiles.parent(file));
            Files.move(away, file);
        }
        RunFiles.requireComplete(broken, contents);
        // What stood in the way of the file may have been written again.
        remember();
        return broken.relativize(file) + ": " + said;
    }

    private void requireWhole(Path run) throws IOException {
        Map<String, String> found = RunFiles.contents(run);
        Map<String, String> different = new LinkedHashMap<>(contents);
        different.entrySet().removeIf(entry -> entry.getValue().equals(found.get(entry.getKey())));
        found.keySet().removeIf(name -> contents.containsKey(name) || RunFiles.isHidden(name));
        require(
                different.isEmpty() && found.isEmpty(),
                "a disturbed run has the files of an undisturbed one",
                different.keySet(),
                found.keySet());
    }

    /** The stage that was worked on last. */
    private static String stage(List<String> lines) {
        String last = lines.isEmpty() ? "start" : lines.get(lines.size() - 1);
        return last.replaceAll("^(started|finished) ", "").replaceAll(" .*", "");
    }

    private static void delete(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void require(boolean holds, String law, @Nullable Object... found) {
        if (!holds) {
            throw new AssertionError(law + ", but: " + java.util.Arrays.toString(found));
        }
    }
}
