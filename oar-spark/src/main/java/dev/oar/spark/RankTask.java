package dev.oar.spark;

import dev.oar.cli.RankCommand;
import dev.oar.group.RankEnvironment;
import dev.oar.tensor.LibTorch;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.BarrierTaskContext;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/** One rank of a training, on an executor: a barrier task that starts the rank's process and waits for its end. */
final class RankTask extends AbstractFunction1<Iterator<Integer>, Iterator<String>> implements Serializable {
    private static final long serialVersionUID = 1;

    /** Network file systems show a new file late. */
    private static final Duration UNTIL_SEEN = Duration.ofSeconds(20);

    private static final long PAUSE = 50_000_000;
    private static final int KEPT = 3;

    private final ArrayList<String> command;
    private final String home;
    private final String folder;
    private final HashMap<String, String> variables;
    private final ArrayList<String> seen;

    /**
     * A task for each of several ranks.
     *
     * @param command what every rank runs
     * @param home the folder of the launcher
     * @param folder that relative paths of the command start from
     * @param variables of the environment, beside those that say which rank it is
     * @param seen files and folders that all executors must see
     */
    RankTask(List<String> command, Path home, Path folder, Map<String, String> variables, List<Path> seen) {
        this.command = new ArrayList<>(command);
        this.home = home.toString();
        this.folder = folder.toString();
        this.variables = new HashMap<>(variables);
        this.seen = new ArrayList<>(seen.stream().map(Path::toString).toList());
    }

    /**
     * What a rank tells all others before they begin.
     *
     * @param host where it is
     * @param port that is free there
     * @param unseen what its executor does not see; empty if it sees all
     */
    private record Told(String host, int port, String unseen) {
        static Told read(String text) {
            String[] parts = text.split("\n", KEPT);
            return new Told(parts[0], Integer.parseInt(parts[1]), parts[2]);
        }

        String text() {
            return host + "\n" + port + "\n" + unseen;
        }
    }

    /** Runs the rank; what it gives is a sentence where no rank could be started, else nothing. */
    @Override
    public Iterator<String> apply(Iterator<Integer> numbers) {
        BarrierTaskContext context = BarrierTaskContext.get();
        try {
            return CollectionConverters.asScala(run(context).stream().iterator());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<String> run(BarrierTaskContext context) throws IOException {
        int rank = context.partitionId();
        String address = context.getTaskInfos()[rank].address();
        Told own = new Told(address.substring(0, address.lastIndexOf(':')), free(), unseen());
        List<Told> all =
                Arrays.stream(context.allGather(own.text())).map(Told::read).toList();
        Optional<Told> blind =
                all.stream().filter(told -> !told.unseen().isEmpty()).findFirst();
        if (blind.isPresent()) {
            return Optional.of("all executors must see " + blind.get().unseen() + ", but the one on "
                    + blind.get().host()
                    + " does not; let the program, the recipe and --out lie in folders that all machines share, under the same"
                    + " paths");
        }
        int before = (int) all.subList(0, rank).stream()
                .filter(told -> told.host().equals(own.host()))
                .count();
        RankEnvironment environment = new RankEnvironment(
                rank, all.size(), before, all.get(0).host(), all.get(0).port());
        ProcessBuilder builder =
                RankCommand.process(Path.of(home), command, LibTorch.threads(), environment, variables);
        new RankProcess(rank, own.host()).run(builder.directory(Path.of(folder).toFile()), context::isInterrupted);
        return Optional.empty();
    }

    /** The first path that this machine does not see. */
    private String unseen() {
        long began = System.nanoTime();
        for (String path : seen) {
            while (!Files.exists(Path.of(path))) {
                if (Duration.ofNanos(System.nanoTime() - began).compareTo(UNTIL_SEEN) > 0) {
                    return path;
                }
                LockSupport.parkNanos(PAUSE);
            }
        }
        return "";
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
