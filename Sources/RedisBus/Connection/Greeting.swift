import Domain

/// What is said first on every connection.
enum Greeting {
    static func commands(for address: RedisAddress) -> [RedisCommand] {
        var commands: [RedisCommand] = []
        if let password = address.password {
            let user = address.user.map { [RedisCommand.Argument($0)] } ?? []
            commands.append(RedisCommand(["AUTH"] + user + [RedisCommand.Argument(password.reveal())]))
        }
        if address.database != 0 {
            commands.append(RedisCommand(["SELECT", RedisCommand.Argument(address.database)]))
        }
        // Answers an error while the server still loads its data or wants a password.
        commands.append(RedisCommand(["PING"]))
        return commands
    }
}
