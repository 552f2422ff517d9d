package dev.oar.benchmark;

import dev.oar.tensor.Device;
import dev.oar.tensor.LibTorch;
import java.io.IOException;
import java.util.List;

/**
 * What a benchmark ran on.
 *
 * @param processors CPUs of the container
 * @param threads threads that work is spread over
 * @param platform as JavaCPP names it
 * @param java version and vendor
 * @param libtorch version of the binding
 * @param blas the BLAS library in force
 * @param device what was measured: cpu, or a GPU with its name
 */
public record Machine(
        int processors, int threads, String platform, String java, String libtorch, String blas, String device) {
    /** The machine that this runs on, with the device in force. */
    static Machine current() throws IOException {
        LibTorch.load();
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                LibTorch.threads(),
                LibTorch.platform(),
                System.getProperty("java.version") + ", " + System.getProperty("java.vendor"),
                LibTorch.version(),
                LibTorch.blas(),
                describe(Device.inForce()));
    }

    private static String describe(Device device) {
        if (device.isHost()) {
            return device.label();
        }
        List<String> ask = List.of("nvidia-smi", "--query-gpu=name", "--format=csv,noheader", "--id=" + device.index());
        try {
            return device.label() + " (" + ChildProcess.output(ask, List.of()).strip() + ")";
        } catch (IOException e) {
            return device.label() + " (the driver does not tell its name)";
        }
    }
}
