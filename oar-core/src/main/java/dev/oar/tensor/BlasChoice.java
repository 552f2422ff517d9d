package dev.oar.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which BLAS library this machine multiplies matrices with: MKL, unless OpenBLAS is much faster on one thread, as it is where MKL passes
 * over a CPU's widest instructions. OpenBLAS's own threads fight LibTorch's, so it runs on one, and has to make up for that
 * (docs/decisions/0002-blas-and-threads.md). Measured once per machine by two short processes side by side, and kept.
 *
 * @param rates floating-point operations per second on one thread, by library; a library that could not be measured is missing
 * @param known whether they were measured before
 */
public record BlasChoice(Map<String, Double> rates, boolean known) {
    /** Intel's library. */
    static final String MKL = "mkl";

    /** OpenBLAS. */
    static final String OPENBLAS = "openblas";

    /** How many times as fast as MKL OpenBLAS must be on one thread. */
    private static final double MUCH_FASTER = 1.5;

    private static final Logger LOG = LoggerFactory.getLogger(BlasChoice.class);
    private static final String KIND = "blas";
    private static final int LONGEST_SECONDS = 60;

    /** Sorts the rates. */
    public BlasChoice {
        rates = new TreeMap<>(rates);
    }

    /** The library to use. */
    public String library() {
        Double mkl = rates.get(MKL);
        Double openBlas = rates.get(OPENBLAS);
        return mkl == null || openBlas == null || openBlas < MUCH_FASTER * mkl ? MKL : OPENBLAS;
    }

    /** The choice on this machine, measured unless it is known; where MKL is not on the class path there is none to make. */
    static BlasChoice here() {
        return UserCache.read(KIND, key()).flatMap(BlasChoice::parse).orElseGet(BlasChoice::measure);
    }

    private static Optional<BlasChoice> parse(Map<String, String> kept) {
        try {
            Map<String, Double> rates = new TreeMap<>();
            kept.forEach((library, rate) -> rates.put(library, Double.valueOf(rate)));
            boolean whole = rates.keySet().equals(Map.of(MKL, 0, OPENBLAS, 0).keySet())
                    && rates.values().stream().allMatch(rate -> rate > 0 && rate < Double.POSITIVE_INFINITY);
            return whole ? Optional.of(new BlasChoice(rates, true)) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static String key() {
        return "matrix products 1\n" + LibTorch.blasVersion() + "\n"
                + Processor.here().identity();
    }

    /** Measures anew and keeps the result. */
    static BlasChoice measure() {
        Map<String, Measurement> running = new TreeMap<>();
        for (String library : List.of(MKL, OPENBLAS)) {
            Measurement.start(library).ifPresent(measurement -> running.put(library, measurement));
        }
        Map<String, Double> rates = new TreeMap<>();
        running.forEach((library, measurement) -> measurement.result().ifPresent(rate -> rates.put(library, rate)));
        BlasChoice choice = new BlasChoice(rates, false);
        if (rates.size() == running.size() && rates.size() > 1) {
            Map<String, String> kept = new TreeMap<>();
            rates.forEach((library, rate) -> kept.put(library, String.format(Locale.ROOT, "%.4g", rate)));
            try {
                UserCache.write(KIND, key(), kept);
            } catch (IOException e) {
                LOG.debug("the choice of BLAS library is not kept", e);
            }
        } else {
            LOG.debug("BLAS libraries could not be measured, but for {}", rates);
        }
        return choice;
    }

    /** A process that measures one library and leaves what it found in a file. */
    private record Measurement(Process process, Path file) {
        static Optional<Measurement> start(String library) {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
            command.addAll(LibTorch.loadingProperties(library));
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), BlasProbe.class.getName()));
            try {
                Path file = Files.createTempFile("oar-blas", ".txt");
                command.add(file.toString());
                ProcessBuilder builder = new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD);
                builder.environment()
                        .putAll(Map.of(
                                "OPENBLAS_NUM_THREADS", "1", "MKL_NUM_THREADS", "1", "MKL_THREADING_LAYER", "GNU"));
                return Optional.of(new Measurement(builder.start(), file));
            } catch (IOException e) {
                LOG.debug("cannot start {}", command, e);
                return Optional.empty();
            }
        }

        Optional<Double> result() {
            try {
                boolean ended = process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
                double rate = ended ? Double.parseDouble(Files.readString(file)) : 0;
                return rate > 0 && rate < Double.POSITIVE_INFINITY ? Optional.of(rate) : Optional.empty();
            } catch (IOException | NumberFormatException e) {
                LOG.debug("a BLAS library was measured without a result", e);
                return Optional.empty();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            } finally {
                process.destroy();
                delete();
            }
        }

        private void delete() {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                LOG.debug("{} stays behind", file, e);
            }
        }
    }
}
