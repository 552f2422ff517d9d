package dev.oar.group;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Which of several processes this one is, by the environment variables that torchrun sets and that a Slurm or Kubernetes job can set as
 * well.
 *
 * @param rank {@code RANK}, the number of this process, in [0, worldSize)
 * @param worldSize {@code WORLD_SIZE}, the number of all processes, at least 1
 * @param localRank {@code LOCAL_RANK}, its number among those on its machine; 0 where that is not said
 * @param masterAddress {@code MASTER_ADDR}, name or number of the machine of rank 0
 * @param masterPort {@code MASTER_PORT}, a port of that machine that is free, in [1, 65535]
 * @param attempt {@code TORCHELASTIC_RESTART_COUNT}, how often torchrun has started all ranks anew, if its agent keeps the store at that port
 *     ({@code TORCHELASTIC_USE_AGENT_STORE}), perhaps the same one for all attempts; empty if rank 0 keeps it
 */
public record RankEnvironment(
        int rank, int worldSize, int localRank, String masterAddress, int masterPort, OptionalInt attempt) {
    /** Names the process; several on one machine count from 0 there. */
    public static final String RANK = "RANK";

    /** The number of processes. */
    public static final String WORLD_SIZE = "WORLD_SIZE";

    /** The number on the machine. */
    public static final String LOCAL_RANK = "LOCAL_RANK";

    /** The machine of rank 0. */
    public static final String MASTER_ADDRESS = "MASTER_ADDR";

    /** The port of rank 0. */
    public static final String MASTER_PORT = "MASTER_PORT";

    /** Whether torchrun's agent keeps the store, {@code True} or {@code False}. */
    public static final String AGENT_STORE = "TORCHELASTIC_USE_AGENT_STORE";

    /** How often torchrun has started all ranks anew. */
    public static final String ATTEMPT = "TORCHELASTIC_RESTART_COUNT";

    private static final int MOST_RANKS = 1 << 16;
    private static final int MOST_PORTS = (1 << 16) - 1;

    /** Checks the ranges. */
    public RankEnvironment {
        require(
                worldSize >= 1,
                "WORLD_SIZE must be at least 1, but is " + worldSize + "; set it to the number of processes");
        require(
                rank >= 0 && rank < worldSize,
                "RANK must lie in [0, WORLD_SIZE), but is " + rank + " of " + worldSize + "; count processes from 0");
        require(
                localRank >= 0 && localRank < worldSize,
                "LOCAL_RANK must lie in [0, WORLD_SIZE), but is " + localRank + " of " + worldSize
                        + "; count the processes of a machine from 0");
        require(
                masterPort >= 1 && masterPort <= MOST_PORTS,
                "MASTER_PORT must lie in [1, " + MOST_PORTS + "], but is " + masterPort
                        + "; 29500 is what torchrun takes");
    }

    /** One of several whose rank 0 keeps the store. */
    public RankEnvironment(int rank, int worldSize, int localRank, String masterAddress, int masterPort) {
        this(rank, worldSize, localRank, masterAddress, masterPort, OptionalInt.empty());
    }

    /** Whether this process keeps the store. */
    boolean keepsStore() {
        return rank == 0 && attempt.isEmpty();
    }

    /**
     * What the environment says.
     *
     * @return empty if it names neither rank nor number of processes, or just one process
     * @throws IllegalArgumentException if it says half of it, or what cannot be
     */
    public static Optional<RankEnvironment> of(Map<String, String> environment) {
        if (!environment.containsKey(RANK) && !environment.containsKey(WORLD_SIZE)) {
            return Optional.empty();
        }
        int worldSize = number(environment, WORLD_SIZE, RANK);
        int rank = number(environment, RANK, WORLD_SIZE);
        int localRank = environment.containsKey(LOCAL_RANK) ? number(environment, LOCAL_RANK, RANK) : 0;
        if (worldSize == 1 && rank == 0) {
            return Optional.empty();
        }
        String address = environment.get(MASTER_ADDRESS);
        require(
                address != null && !address.isBlank(),
                "several processes need MASTER_ADDR, the machine of rank 0, but it is not set; set it on every rank");
        int port = number(environment, MASTER_PORT, MASTER_ADDRESS);
        return Optional.of(new RankEnvironment(
                rank, worldSize, localRank, String.valueOf(address).strip(), port, attempt(environment)));
    }

    private static OptionalInt attempt(Map<String, String> environment) {
        String agent = environment.getOrDefault(AGENT_STORE, "False");
        require(
                agent.equals("True") || agent.equals("False"),
                AGENT_STORE + " must be True or False, as torchrun sets it, but is '" + agent + "'; unset it");
        if (agent.equals("False")) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(environment.containsKey(ATTEMPT) ? number(environment, ATTEMPT, AGENT_STORE) : 0);
    }

    private static int number(Map<String, String> environment, String name, String beside) {
        @Nullable String text = environment.get(name);
        require(
                text != null,
                beside + " is set, but " + name + " is not; set RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT, or none"
                        + " of them");
        int number = -1;
        try {
            number = Integer.parseInt(String.valueOf(text).strip());
        } catch (NumberFormatException e) {
            require(
                    false,
                    name + " must be a whole number, but is '" + text + "'; see docs/distributed.md for what to set");
        }
        require(
                number <= MOST_RANKS,
                name + " must not exceed " + MOST_RANKS + ", but is " + number + "; set it to the number meant");
        return number;
    }

    private static void require(boolean condition, String sentence) {
        if (!condition) {
            throw new IllegalArgumentException(sentence);
        }
    }

    /** As in errors. */
    @Override
    public String toString() {
        return "rank " + rank + " of " + worldSize;
    }
}
