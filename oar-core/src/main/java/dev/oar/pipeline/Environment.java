package dev.oar.pipeline;

import dev.oar.tensor.Device;
import dev.oar.tensor.LibTorch;
import dev.oar.tensor.Processor;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** What this process runs on, by name: program, Java, machine, LibTorch. Results are equal bit for bit only on equal ones. */
final class Environment {
    private Environment() {}

    /**
     * By name.
     *
     * @param device where the models are; told where it is not the CPU
     * @param processes how many have trained together; told where they are several
     */
    static Map<String, String> current(Device device, int processes) throws IOException {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("program", "oar " + version());
        entries.put("java", System.getProperty("java.version") + ", " + System.getProperty("java.vendor"));
        entries.put(
                "machine",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                        + System.getProperty("os.arch"));
        String processor = Processor.here().model();
        if (!processor.isEmpty()) {
            entries.put("processor", processor);
        }
        Map<String, String> limits = Processor.instructionLimits();
        if (!limits.isEmpty()) {
            entries.put("instruction limits", limits.toString());
        }
        entries.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        entries.put("platform", LibTorch.platform());
        entries.put("libtorch", LibTorch.version());
        entries.put("blas", LibTorch.blas());
        entries.put("threads", Integer.toString(LibTorch.threads()));
        if (!device.isHost()) {
            entries.put("device", device.label());
        }
        if (processes > 1) {
            entries.put("processes", Integer.toString(processes));
        }
        return entries;
    }

    /** What must be alike in all processes that train together: they must get the same numbers from the same work. */
    static Map<String, String> alike() throws IOException {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("program", "oar " + version());
        entries.put("platform", LibTorch.platform());
        entries.put("libtorch", LibTorch.version());
        entries.put("processor", Processor.here().model());
        entries.put("instruction limits", Processor.instructionLimits().toString());
        entries.put("blas", LibTorch.blas());
        return entries;
    }

    /** The version that the library's jar was built as. */
    private static String version() {
        String version = Environment.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }
}
