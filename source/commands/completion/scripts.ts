/** A shell whose command lines can be completed. */
export type Shell = 'bash' | 'zsh' | 'fish' | 'powershell';

/**
 * bash takes words apart at `=`, `:` and `@` too (COMP_WORDBREAKS), and replaces only the last piece: pieces are put
 * together again for the program, and what stands before the last one is taken off its answers. As bash 3.2 has it.
 */
const bash = `# Completion of k3dui for bash
_k3dui() {
	local line=$COMP_LINE piece word rest i last=-1 files=
	local -a words=()
	for ((i = 0; i <= COMP_CWORD; i++)); do
		piece=\${COMP_WORDS[i]}
		if [[ $i -gt 0 && -n $line && $line != [[:space:]]* ]]; then
			words[last]+=$piece
		else
			words[++last]=$piece
		fi
		line=\${line#"\${line%%[![:space:]]*}"}
		line=\${line#"$piece"}
	done
	local current=\${words[last]}
	[[ $piece == [=:@] ]] && piece=
	local before=\${current%"$piece"}
	COMPREPLY=()
	while IFS=$'\\t' read -r word rest; do
		case $word in
			:files) files=1 ;;
			:nospace) compopt -o nospace 2>/dev/null ;;
			*) COMPREPLY+=("\${word#"$before"}") ;;
		esac
	done < <(k3dui __complete "\${words[@]:1:last-1}" "=$current" 2>/dev/null)
	if [[ -n $files && \${#COMPREPLY[@]} -eq 0 ]]; then
		compopt -o default 2>/dev/null || while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$piece")
	elif [[ -n $files ]]; then
		while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$piece")
	fi
}
complete -F _k3dui k3dui
`;

const zsh = `#compdef k3dui
# Completion of k3dui for zsh
_k3dui() {
	local line word files=
	local -a found options
	for line in "\${(@f)$(k3dui __complete "\${(@Q)words[2,CURRENT-1]}" "=\${(Q)PREFIX}" 2>/dev/null)}"; do
		case $line in
			'') ;;
			:files) files=1 ;;
			:nospace) options=(-S '') ;;
			*)
				word=\${line%%$'\\t'*}
				found+=("\${word//:/\\\\:}:\${line#*$'\\t'}")
				;;
		esac
	done
	(( \${#found} )) && _describe -V k3dui found $options
	if [[ -n $files ]]; then
		[[ $PREFIX == -*=* ]] && compset -P '*='
		_files
	fi
}
if [[ $funcstack[1] == _k3dui ]]; then
	_k3dui "$@"
else
	compdef _k3dui k3dui
fi
`;

const fish = `# Completion of k3dui for fish
function __k3dui_complete
	set -l before (commandline -opc)
	set -e before[1]
	set -l current (commandline -ct)
	for line in (k3dui __complete $before "=$current" 2>/dev/null)
		switch $line
			case ':files'
				set -l option (string match -r -- '^-[^=]*=' "$current")
				set -l start (string replace -r -- '^-[^=]*=' '' "$current")
				for file in (__fish_complete_path "$start")
					echo -- "$option$file"
				end
			case ':nospace'
			case '*'
				echo -- $line
		end
	end
end
complete -c k3dui -f -a '(__k3dui_complete)'
`;

/** Without an answer PowerShell would offer files, so an empty one is given where no file is meant. */
const powershell = `# Completion of k3dui for PowerShell
Register-ArgumentCompleter -Native -CommandName k3dui -ScriptBlock {
	param($wordToComplete, $commandAst, $cursorPosition)
	$before = @($commandAst.CommandElements | Select-Object -Skip 1 |
		Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
		ForEach-Object { if ($_.Value) { $_.Value } else { "$_" } })
	$found = @(k3dui __complete @before "=$wordToComplete" 2>$null)
	$words = @($found | Where-Object { -not $_.StartsWith(':') })
	if ($words.Count -eq 0 -and $found -notcontains ':files') { return '' }
	foreach ($line in $words) {
		$word, $description = $line -split "\`t", 2
		if (-not $description) { $description = $word }
		[System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $description)
	}
}
`;

/** What each shell has to read to complete k3dui's command lines; they ask `k3dui __complete`. */
export const completionScripts: Readonly<Record<Shell, string>> = {bash, zsh, fish, powershell};
