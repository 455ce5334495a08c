import Configuration
import Domain
import Foundation

/// Reads variables one by one and remembers what was wrong with each, so that all of it can be told at once.
package struct ConfigurationReader {
    private let reader: ConfigReader
    private let environment: [String: String]
    private(set) var problems: [ConfigurationProblems.Problem] = []
    private(set) var known: Set<String> = []
    private var advice: [String] = []

    init(environment: [String: String]) {
        self.environment = environment
        self.reader = ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: environment))
    }

    // MARK: - Values

    /// The variable's text without white space at its ends; empty counts as unset.
    mutating func text(_ variable: String) -> String? {
        self.known.insert(variable)
        let text = self.reader.string(forKey: Self.key(variable))?.trimmingWhitespace()
        return text?.isEmpty == false ? text : nil
    }

    /// A secret from the variable, or from the file that `VARIABLE_FILE` names; both at once is an error.
    ///
    /// White space at the ends of the file, such as the newline that editors add, is no part of the secret.
    mutating func secret(_ variable: String) -> Secret<String>? {
        let direct = self.text(variable)
        guard let path = self.text(variable + "_FILE") else { return direct.map(Secret.init) }
        guard direct == nil else {
            self.refuse(variable, "is set together with \(variable)_FILE; keep one of them")
            return nil
        }
        do {
            let content = try String(contentsOfFile: path, encoding: .utf8).trimmingWhitespace()
            guard !content.isEmpty else {
                self.refuse(variable + "_FILE", "names an empty file")
                return nil
            }
            return Secret(content)
        } catch {
            self.refuse(variable + "_FILE", "names a file that cannot be read")
            return nil
        }
    }

    /// `1/true/yes/on` and `0/false/no/off`, in any case.
    mutating func flag(_ variable: String) -> Bool? {
        guard let text = self.text(variable) else { return nil }
        switch text.lowercased() {
        case "1", "true", "yes", "on": return true
        case "0", "false", "no", "off": return false
        default:
            self.refuse(variable, "must be one of 1, true, yes, on, 0, false, no, off")
            return nil
        }
    }

    /// An absolute http or https address without a user; `isOriginOnly` also refuses path, query and fragment.
    mutating func address(_ variable: String, isOriginOnly: Bool = false) -> URL? {
        guard let text = self.text(variable) else { return nil }
        guard let url = URL(string: text), let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme),
            url.host?.isEmpty == false, url.port.map({ (1...65_535).contains($0) }) ?? true
        else {
            self.refuse(variable, "must be an absolute http or https address")
            return nil
        }
        guard url.user == nil, url.password == nil else {
            self.refuse(variable, "must not carry a user or password")
            return nil
        }
        if isOriginOnly, !["", "/"].contains(url.path) || url.query != nil || url.fragment != nil {
            self.refuse(variable, "must be an origin only: no path, query or fragment")
            return nil
        }
        return url
    }

    mutating func port(_ variable: String) -> Int? {
        guard let text = self.text(variable) else { return nil }
        guard let port = Int(text), (1...65_535).contains(port) else {
            self.refuse(variable, "must be a port from 1 to 65535")
            return nil
        }
        return port
    }

    // MARK: - Findings

    mutating func refuse(_ variable: String, _ message: String) {
        self.problems.append(.init(variable: variable, message: message))
    }

    /// Something that does not keep the process from starting.
    mutating func warn(_ text: String) {
        self.advice.append(text)
    }

    /// Marks variables that are read elsewhere, so that they are not called unknown.
    mutating func expect(_ variables: String...) {
        self.known.formUnion(variables)
    }

    /// Whether the variable, or its file, is set at all; marks nothing.
    func isSet(_ variable: String) -> Bool {
        [variable, variable + "_FILE"].contains { self.environment[$0]?.trimmingWhitespace().isEmpty == false }
    }

    /// What was warned about, then names of ours that this process knows and does not use, then those that nobody knows:
    /// most likely a slip of the pen.
    var warnings: [String] {
        var (idle, unknown): ([String], [String]) = ([], [])
        for name in self.environment.keys.sorted() where !self.known.contains(name) {
            if KnownVariables.ofOtherProcesses.contains(name) { continue }
            if KnownVariables.unused.contains(name) {
                idle.append("\(name) is not used by this version.")
            } else if name.hasPrefix("SECOND_") {
                unknown.append("\(name) is not a variable of this version.")
            }
        }
        return self.advice + idle + unknown
    }

    private static func key(_ variable: String) -> ConfigKey {
        ConfigKey(variable.lowercased().split(separator: "_").joined(separator: "."))
    }
}
