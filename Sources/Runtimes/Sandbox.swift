import Foundation

/// Bubblewrap around a command: a read-only system, a private `/tmp`, and of all other folders only those named.
///
/// The command has its own process namespace: when bubblewrap ends, by whatever signal, everything in it ends.
/// Secrets never go through its arguments.
package struct Sandbox: Sendable {
    /// A program with its arguments.
    package struct Command: Sendable, Equatable {
        package var executable: String
        package var arguments: [String]

        package init(executable: String, arguments: [String]) {
            self.executable = executable
            self.arguments = arguments
        }
    }

    private let bubblewrap: String

    package init(bubblewrap: String) {
        self.bubblewrap = bubblewrap
    }

    /// The command as it is run inside.
    ///
    /// - Parameters:
    ///   - command: absolute paths only.
    ///   - readable: more folders and files that may be read; they keep their paths.
    ///   - writable: folders that may be written to; they keep their paths.
    ///   - workingDirectory: one of the named folders or a part of the system.
    ///   - sharesNetwork: whether it has the machine's network; otherwise one of its own, with nobody in it.
    /// - Returns: what to start in place of the command.
    package func wrap(
        _ command: Command,
        readable: [String] = [],
        writable: [String] = [],
        workingDirectory: String,
        sharesNetwork: Bool = true
    ) -> Command {
        var arguments = [
            "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
            "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "second",
            "--ro-bind", "/usr", "/usr",
        ]
        if !sharesNetwork { arguments.append("--unshare-net") }
        for name in ["bin", "sbin", "lib", "lib32", "lib64"] {
            // A system folder that is a link points into /usr.
            if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/\(name)") {
                arguments += ["--symlink", target, "/\(name)"]
            } else {
                arguments += ["--ro-bind-try", "/\(name)", "/\(name)"]
            }
        }
        arguments += ["--dir", "/etc"]
        for name in Self.systemSettings { arguments += ["--ro-bind-try", "/etc/\(name)", "/etc/\(name)"] }
        arguments += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--dir", "/var/tmp"]
        for path in readable { arguments += ["--ro-bind", path, path] }
        for path in writable { arguments += ["--bind", path, path] }
        arguments += ["--chdir", workingDirectory, "--", command.executable]
        return Command(executable: self.bubblewrap, arguments: arguments + command.arguments)
    }

    /// What a program needs beyond the system: itself, where it is no part of it.
    ///
    /// What else it may want to load from beside it is not there; detection asks for its version inside and finds out.
    static func readable(for executable: String) -> [String] { executable.hasPrefix("/usr/") ? [] : [executable] }

    /// What programs need to know of the machine: names, certificates, linker, time.
    ///
    /// Of the folders of certificates only what is public: beside it lie the private keys of the machine.
    private static let systemSettings = [
        "alternatives", "ca-certificates", "ca-certificates.conf", "group", "hosts", "ld.so.cache", "ld.so.conf",
        "ld.so.conf.d", "localtime", "nsswitch.conf", "passwd", "pki/ca-trust/extracted", "pki/tls/cert.pem",
        "pki/tls/certs", "pki/tls/openssl.cnf", "protocols", "resolv.conf", "services", "ssl/ca-bundle.pem",
        "ssl/cert.pem", "ssl/certs", "ssl/openssl.cnf",
    ]
}
