package dev.oar.spark;

import dev.oar.checkpoint.FullPath;
import dev.oar.file.CorruptFileException;
import dev.oar.piece.MadePieces;
import dev.oar.piece.PieceFile;
import dev.oar.piece.PieceJob;
import dev.oar.piece.PieceMakers;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/**
 * Has pieces made by Spark's executors, one task a piece. What a lost executor was making is made again by another; all else stays. Spark is
 * connected to when the first piece is needed.
 */
public final class SparkMakers implements PieceMakers, AutoCloseable {
    /** Spark's setting that names the folder through which inputs and pieces go; without it, all see the folders of the command. */
    public static final String EXCHANGE = "spark.oar.exchange";

    private static final long LOOK_EVERY_MILLISECONDS = 200;
    private static final String INPUTS = "inputs";
    private static final int SHORT = 16;

    private final SparkConf settings;
    private final Consumer<String> notes;
    private @Nullable JavaSparkContext spark;
    private final Map<String, Map<Integer, Integer>> begun = new HashMap<>();

    /**
     * Makers on the Spark that settings name.
     *
     * @param notes told what became of jobs, a line each
     */
    public SparkMakers(SparkConf settings, Consumer<String> notes) {
        this.settings = settings.clone().setIfMissing("spark.log.level", "ERROR");
        this.notes = notes;
    }

    @Override
    public MadePieces make(PieceJob job, IntConsumer done) throws IOException {
        SharedFolder folder = folder(job);
        folder.deleteUnfinished(PieceFile.name(job, 0).substring(0, SHORT));
        Fetched pieces = new Fetched(job, folder);
        List<Integer> missing = new ArrayList<>();
        int there = 0;
        for (int number = 0; number < job.count(); number++) {
            if (pieces.isThere(number)) {
                there += job.images(number);
            } else {
                missing.add(number);
            }
        }
        done.accept(there);
        if (!missing.isEmpty()) {
            make(job, folder, missing, there, done);
        }
        return pieces;
    }

    private void make(PieceJob job, SharedFolder folder, List<Integer> missing, int there, IntConsumer done)
            throws IOException {
        JavaSparkContext context = spark();
        Optional<SharedFolder> inputs = inputs(job, folder);
        Attempts attempts = new Attempts(missing);
        context.sc().addSparkListener(attempts);
        context.sc().setJobDescription(job.name());
        try {
            JavaFutureAction<List<PieceTask.Outcome>> action = context.parallelize(missing, missing.size())
                    .map(new PieceTask(job, folder, inputs.orElse(null)))
                    .collectAsync();
            List<PieceTask.Outcome> outcomes =
                    waitFor(action, attempts, () -> done.accept(there + images(job, attempts)));
            done.accept(job.images());
            tell(job, outcomes, attempts);
        } finally {
            context.sc().removeSparkListener(attempts);
            if (inputs.isPresent()) {
                inputs.get().deleteTree();
            }
        }
    }

    private static int images(PieceJob job, Attempts attempts) {
        return attempts.finished().stream().mapToInt(job::images).sum();
    }

    private static List<PieceTask.Outcome> waitFor(
            JavaFutureAction<List<PieceTask.Outcome>> action, Attempts attempts, Runnable look) throws IOException {
        try {
            while (true) {
                look.run();
                try {
                    return action.get(LOOK_EVERY_MILLISECONDS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException stillRunning) {
                    continue;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("waiting for Spark was interrupted");
        } catch (ExecutionException e) {
            String reason = attempts.failure().orElseGet(() -> firstLine(e.getCause()));
            throw new IOException("Spark could not make all pieces: " + reason
                    + "; those that were made stay, so start the command again when that is put right");
        } finally {
            if (!action.isDone()) {
                action.cancel(true);
            }
        }
    }

    private static String firstLine(@Nullable Throwable cause) {
        return cause == null
                ? "no reason was given"
                : String.valueOf(cause.getMessage()).lines().findFirst().orElse(cause.toString());
    }

    private void tell(PieceJob job, List<PieceTask.Outcome> outcomes, Attempts attempts) {
        notes.accept(job.name() + ": " + outcomes.size() + " of " + job.count() + " pieces made in "
                + attempts.started().values().stream()
                        .mapToInt(Integer::intValue)
                        .sum() + " attempts");
        TreeSet<String> processors = new TreeSet<>();
        outcomes.forEach(outcome -> processors.add(outcome.processor()));
        if (processors.size() > 1) {
            notes.accept("note: executors ran on processors of several kinds (" + String.join(", ", processors)
                    + "); results are those of a single process bit for bit on one kind alone");
        }
        begun.put(job.name(), Map.copyOf(attempts.started()));
    }

    /** How often each piece was begun that was made when a job of this name was last done. */
    Map<Integer, Integer> attempts(String name) {
        return begun.getOrDefault(name, Map.of());
    }

    private SharedFolder folder(PieceJob job) {
        HashMap<String, String> ofFiles = SharedFolder.settings(allSettings());
        if (!settings.contains(EXCHANGE)) {
            return new SharedFolder(job.folder().toUri(), ofFiles);
        }
        return new SharedFolder(URI.create(settings.get(EXCHANGE)), ofFiles)
                .folder(job.fingerprint().substring(0, SHORT));
    }

    private Map<String, String> allSettings() {
        Map<String, String> all = new LinkedHashMap<>();
        for (scala.Tuple2<String, String> setting : settings.getAll()) {
            all.put(setting._1(), setting._2());
        }
        return all;
    }

    /** Puts the job's inputs into the exchange folder, if there is one. */
    private Optional<SharedFolder> inputs(PieceJob job, SharedFolder folder) throws IOException {
        if (!settings.contains(EXCHANGE)) {
            return Optional.empty();
        }
        SharedFolder inputs = folder.folder(INPUTS);
        for (Path input : job.inputs()) {
            inputs.put(input, FullPath.of(input).toString().substring(1));
        }
        return Optional.of(inputs);
    }

    private JavaSparkContext spark() {
        JavaSparkContext open = spark;
        if (open == null) {
            open = JavaSparkContext.fromSparkContext(SparkContext.getOrCreate(settings));
            spark = open;
        }
        return open;
    }

    /** Stops Spark, if it was connected to. */
    @Override
    public void close() {
        if (spark != null) {
            spark.close();
            spark = null;
        }
    }

    /** The pieces of a job, where they were made or fetched from there. */
    private static final class Fetched implements MadePieces {
        private final PieceJob job;
        private final SharedFolder folder;

        Fetched(PieceJob job, SharedFolder folder) {
            this.job = job;
            this.folder = folder;
        }

        /** Whether a piece is there; one that is damaged or another job's is deleted. */
        boolean isThere(int number) throws IOException {
            String name = PieceFile.name(job, number);
            if (!folder.has(name)) {
                return false;
            }
            try {
                var unused = piece(number);
                return true;
            } catch (CorruptFileException e) {
                folder.delete(name);
                return false;
            }
        }

        @Override
        public PieceFile piece(int number) throws IOException {
            String name = PieceFile.name(job, number);
            if (folder.isLocal()) {
                return PieceFile.open(folder.local(name), job, number);
            }
            Path local = Files.createTempFile("oar-piece", ".safetensors");
            local.toFile().deleteOnExit();
            folder.fetch(name, local);
            return PieceFile.open(local, job, number);
        }

        @Override
        public void delete() throws IOException {
            folder.deleteAll(PieceFile.name(job, 0).substring(0, SHORT));
            folder.deleteIfEmpty();
        }
    }
}
